/**
 * Plain data without the secrets of its call. The auditor redacts where a secret's place is known and where it can be
 * told from an ordinary word; what goes to an agent is searched for all of them, whatever they look like.
 */
export function withheld<T>(data: T, secrets: ReadonlyMap<string, string>): T {
  const forms = [...secrets].flatMap(([name, value]) =>
    value.length < LEAST ? [] : [...formsOf(value)].map((form) => [form, `<secret ${name}>`] as const),
  )
  return forms.length === 0 ? data : (cleared(data, forms) as T)
}

/** Shorter ones are in too many words. */
const LEAST = 4

/** As it is, as an address or a form has it, and as headers of HTTP Basic and scripts write it. */
function formsOf(value: string): Set<string> {
  return new Set([
    value,
    encodeURIComponent(value),
    new URLSearchParams([['', value]]).toString().slice(1),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('base64url'),
    JSON.stringify(value).slice(1, -1),
  ])
}

function cleared(data: unknown, forms: readonly (readonly [string, string])[]): unknown {
  if (typeof data === 'string') {
    return forms.reduce((text, [form, shown]) => text.replaceAll(form, shown), data)
  }
  if (Array.isArray(data)) return data.map((item) => cleared(item, forms))
  if (data === null || typeof data !== 'object') return data
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [cleared(key, forms), cleared(value, forms)]),
  )
}
