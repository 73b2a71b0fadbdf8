const equalsSign = 61
const semicolon = 59
const space = 32
const tab = 9

/**
 * The distinct values under a name in a Cookie header, in its order, at most `most`. Most requests carry the name once and
 * at a boundary, so this looks for the name instead of splitting the header.
 */
export function cookieValues(header: string, name: string, most: number): string[] {
  const found: string[] = []
  let from = 0
  for (;;) {
    const at = header.indexOf(name, from)
    if (at < 0) return found
    from = at + name.length
    if (header.charCodeAt(from) !== equalsSign || !startsPair(header, at)) continue
    const end = header.indexOf(';', from)
    const value = header.slice(from + 1, end < 0 ? undefined : end).trim()
    if (found.includes(value)) continue
    found.push(value)
    if (found.length === most) return found
  }
}

function startsPair(header: string, at: number): boolean {
  let before = at - 1
  while (before >= 0 && (header.charCodeAt(before) === space || header.charCodeAt(before) === tab)) before--
  return before < 0 || header.charCodeAt(before) === semicolon
}
