/** Any string in JSON. */
const stringLiteral = /"(?:[^"\\]|\\.)*"/g

/**
 * The data of a record: one JSON object whose values are strings.
 *
 * V8 can read an escaped character in a key as a backslash, once any object with a backslash in a key was parsed
 * (nodejs/node#63785). Such a key shows in the answer; then the strings are read one by one, which is right.
 */
export function parseData(json: string): Record<string, string> {
  if (json === '{}') return {}
  const data: Record<string, string> = JSON.parse(json)
  for (const key in data) if (key.includes('\\')) return parsePairs(json)
  return data
}

function parsePairs(json: string): Record<string, string> {
  const strings = Array.from(json.matchAll(stringLiteral), ([literal]): string => JSON.parse(literal))
  const entries: [string, string][] = []
  for (let at = 0; at + 1 < strings.length; at += 2) entries.push([strings[at] ?? '', strings[at + 1] ?? ''])
  return Object.fromEntries(entries)
}
