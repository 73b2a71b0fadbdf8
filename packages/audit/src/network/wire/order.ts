/** The order and the case in which Chromium sends its headers over HTTP/1.1, before those of a script. */
const FIRST = ['Host', 'Connection', 'Content-Length', 'Cache-Control', 'Upgrade-Insecure-Requests']
const OF_PAGES = ['Content-Type', 'User-Agent', 'Origin', 'Accept']
const OF_SCRIPTS = ['User-Agent', 'Content-Type', 'Accept', 'Origin']
const LAST = [
  ...['Sec-Fetch-Site', 'Sec-Fetch-Mode', 'Sec-Fetch-User', 'Sec-Fetch-Dest', 'Referer'],
  ...['Accept-Encoding', 'Accept-Language', 'Cookie'],
]

/** Headers by their lower-case names, as Chromium would write them. A script's own go before the User-Agent. */
export function inOrder(
  headers: Readonly<Record<string, string>>,
  { script }: { readonly script: boolean },
): [name: string, value: string][] {
  const known = [...FIRST, ...(script ? OF_SCRIPTS : OF_PAGES), ...LAST]
  const lower = new Set(known.map((name) => name.toLowerCase()))
  const own = Object.entries(headers).filter(([name]) => !lower.has(name))
  const written = (names: readonly string[]) =>
    names.flatMap((name): [string, string][] => {
      const value = headers[name.toLowerCase()]
      return value === undefined ? [] : [[name, value]]
    })
  return [...written(FIRST), ...own, ...written(known.slice(FIRST.length))]
}
