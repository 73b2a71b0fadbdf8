/** Reading JSON that somebody else has written: what has another form is left out. */

export function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}

export function recordsOf(data: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(data) ? data.filter(isRecord) : []
}

export function textOf(data: unknown): string {
  return typeof data === 'string' ? data : ''
}
