/** The last entry of a list of hops, and what stands before it. */
export type LastEntry = (list: string) => { readonly entry: string; readonly before: string }

// A parameter of a forwarded-element (RFC 7239 section 4): its name, and a quoted string or a token.
const parameter = /\s*([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]+))\s*(?:;|$)/y

/**
 * The last element of a `Forwarded` header: the node that its `for` names, and the elements before it. Read from the
 * right, for what stands left may be the client's work: a quote it left open must not swallow what proxies added.
 * An element without a `for` that can be read is a hop nobody knows.
 */
export const lastForwardedFor: LastEntry = (list) => {
  const comma = lastCommaOutsideQuotes(list)
  const element = list.slice(comma + 1).trim()
  const before = comma < 0 ? '' : list.slice(0, comma)
  if (element === '') return { entry: '', before }
  return { entry: nodeOf(element) ?? 'unknown', before }
}

/** Parameter by parameter: the text of another one, such as the host a client asks for, may look like a `for`. */
function nodeOf(element: string): string | null {
  let node: string | null = null
  for (let at = 0; at < element.length; at = parameter.lastIndex) {
    parameter.lastIndex = at
    const [, name, quoted, token] = parameter.exec(element) ?? []
    if (name === undefined) return null
    if (name.toLowerCase() === 'for') node = quoted?.replace(/\\(.)/g, '$1') ?? token ?? null
  }
  return node
}

function lastCommaOutsideQuotes(list: string): number {
  let isQuoted = false
  for (let at = list.length - 1; at >= 0; at--) {
    if (list[at] === '"' && !isEscaped(list, at)) isQuoted = !isQuoted
    else if (list[at] === ',' && !isQuoted) return at
  }
  return -1
}

function isEscaped(list: string, at: number): boolean {
  let backslashes = 0
  while (list[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}
