import { isUtf8 } from 'node:buffer'

/** Deeper than what any issuer writes; also bounds the recursion below. */
const maxDepth = 32

/**
 * The object that bytes are the JSON of (RFC 8259); null for anything else, and also where readers would not agree what it
 * says: bytes that are not UTF-8, a byte order mark, a member that is there twice (RFC 8725 section 2.4). Never throws.
 */
export function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> | null {
  if (!isUtf8(bytes)) return null
  const text = bytes.toString('utf8')
  // Each of another kind is left out here, and what is no JSON.
  if (text.charCodeAt(0) !== 0x7b) return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  // JSON.parse keeps the last of two members of one name: then the text has more of them than the object.
  return countMembers(value, 0) === countColons(text) ? (value as Record<string, unknown>) : null
}

function countMembers(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depth >= maxDepth) return Number.NaN
  let count = 0
  if (Array.isArray(value)) {
    for (const each of value) count += countMembers(each, depth + 1)
    return count
  }
  const members = value as Record<string, unknown>
  for (const name of Object.keys(members)) count += 1 + countMembers(members[name], depth + 1)
  return count
}

/** Those outside texts, of which each belongs to a member. The text is known to be JSON. */
function countColons(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 0x3a) count++
    else if (code === 0x22) at = endOfText(text, at)
  }
  return count
}

/** Where the quotation mark is that ends a JSON text. */
function endOfText(text: string, from: number): number {
  let at = from
  do at = text.indexOf('"', at + 1)
  while (at > 0 && isEscaped(text, at))
  return at < 0 ? text.length : at
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++
  return backslashes % 2 === 1
}
