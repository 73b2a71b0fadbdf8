/**
 * The value of a JSON text.
 *
 * V8 can read an escaped character in a key as a backslash, once any object with a backslash in a key was parsed
 * (nodejs/node#63785): somebody's request can so change what is read of a session. Such a key shows in the answer; then
 * the text is read piece by piece, which is right.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return text.includes('\\') && hasBackslashInKey(value) ? readByPieces(text) : value
}

function hasBackslashInKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(hasBackslashInKey)
  return Object.entries(value).some(([key, member]) => key.includes('\\') || hasBackslashInKey(member))
}

/** A string, a bracket or comma or colon, or any other literal. */
const piece = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g

/** Takes a text that JSON.parse has found to be JSON. */
function readByPieces(text: string): unknown {
  const pieces = text.match(piece) ?? []
  let at = 0

  function value(): unknown {
    const first = pieces[at++] ?? ''
    if (first === '[') return elements()
    return first === '{' ? members() : JSON.parse(first)
  }

  function elements(): unknown[] {
    const array: unknown[] = []
    while (!isOver(']')) array.push(value())
    return array
  }

  function members(): object {
    const entries: [string, unknown][] = []
    while (!isOver('}')) {
      const key: string = JSON.parse(pieces[at] ?? '')
      at += 2
      entries.push([key, value()])
    }
    return Object.fromEntries(entries)
  }

  function isOver(end: string): boolean {
    if (pieces[at] === ',') at++
    if (pieces[at] !== end) return false
    at++
    return true
  }

  return value()
}
