// Any origin will do: what is resolved against it must stay on it.
const base = 'http://origin.invalid'
const returnParameter = 'return_to'
// A longer one would not fit into the address of the page it is given to, which servers bound (Node: 16 KiB of headers).
const longestReturn = 2000
// Each is one more proxy or router that may decode a path before it acts on it.
const mostDecodings = 3

/**
 * Where to send a user back to after a sign-in or a confirmation: `value` if it is a path of this origin, else
 * `fallback`. Takes anything a request may hold. What a URL parser, or a proxy that decodes, could read as another
 * origin is no path (CWE-601): `//host`, `/\host`, control characters, and the same in percent-encoding.
 */
export function returnPath(value: unknown, fallback = '/'): string {
  return typeof value === 'string' && isLocalPath(value) ? value : fallback
}

/**
 * The address of a page that is to send the user back to `path`: `withReturnPath('/confirm', '/payments?id=7')` is
 * `/confirm?return_to=%2Fpayments%3Fid%3D7`. Without it when `path` is none of this origin, or too long.
 */
export function withReturnPath(page: string, path: string): string {
  if (!isLocalPath(path) || path.length > longestReturn) return page
  return `${page}${page.includes('?') ? '&' : '?'}${returnParameter}=${encodeURIComponent(path)}`
}

/** Whether the text is an absolute path (with query and fragment, if it likes) that leads to no other origin. */
export function isLocalPath(text: string): boolean {
  if (!/^\/[\x21-\x7e]*$/.test(text)) return false
  let path = text.split(/[?#]/, 1)[0] ?? ''
  for (let decoded = 0; decoded <= mostDecodings; decoded++) {
    if (!staysOnOrigin(path)) return false
    const next = path.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
    if (next === path) return true
    path = next
  }
  return false
}

function staysOnOrigin(path: string): boolean {
  if (/[\x00-\x1f\x7f\\]/.test(path) || !URL.canParse(path, base)) return false
  const url = new URL(path, base)
  // `/a/..//host` is a path of this origin, but what is left when it is normalised is not.
  return url.origin === base && !url.pathname.startsWith('//')
}
