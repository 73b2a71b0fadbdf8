/** A request that a script says it makes. */
export interface ScriptCall {
  readonly url: URL
  /** Null where the script does not say so beside the address. */
  readonly method: string | null
}

/** A path by itself, or after what is filled in at its start; one that goes on with an id is none. */
const PATH =
  /(["'`])((?:\$\{[\w.]{1,40}\})?\/[\w\-.~/]{1,100}|[\w-]{1,40}(?:\/[\w\-.~]{1,60}){1,6})\1(?!\s*\+)/g
const METHOD = /\b(?:method|type)["']?\s*:\s*["'`](get|post|put|patch|delete)["'`]/i
const FILE = /\.(?:js|css|png|svg|jpe?g|woff2?|html?|map)$/i
const AROUND = 160

/** The requests in a script's text: fetch, axios and its like, jQuery, XMLHttpRequest. */
export function scriptCalls(text: string, base: URL): ScriptCall[] {
  return [...text.matchAll(PATH)].flatMap(({ index, 0: whole, 2: found = '' }) => {
    const path = found.replace(/^\$\{[^}]*\}/, '')
    if (FILE.test(path) || !URL.canParse(path, base)) return []
    const before = text.slice(Math.max(0, index - AROUND), index)
    const after = text.slice(index + whole.length, index + whole.length + AROUND)
    return [{ url: new URL(path, base), method: methodOf(before, after) }]
  })
}

function methodOf(before: string, after: string): string | null {
  const called = /\.(get|post|put|patch|delete)\(\s*$/i.exec(before)?.[1]
  const opened = /\.open\(\s*["'`](\w{3,6})["'`]\s*,\s*$/.exec(before)?.[1]
  if (called !== undefined || opened !== undefined) return (called ?? opened ?? '').toUpperCase()
  const isFetched = /\b(?:fetch|axios|ajax|request)\w*\(\s*$/i.test(before)
  // The next call's own words are not this one's.
  const [options = ''] = after.split(/\b(?:fetch|axios|ajax)\b/)
  const said = METHOD.exec(options)?.[1]
  if (said !== undefined && (isFetched || /^\s*,\s*\{/.test(after))) return said.toUpperCase()
  if (/\b(?:url|path)["']?\s*:\s*$/.test(before)) {
    const [inside = ''] = before.split('{').slice(-1)
    const beside = METHOD.exec(inside)?.[1] ?? METHOD.exec(after.split('}')[0] ?? '')?.[1]
    return beside?.toUpperCase() ?? null
  }
  return isFetched ? 'GET' : null
}
