import type { Reply, Visit } from './serve.ts'

/** What one part of a site adds to an answer. */
export interface Part {
  readonly sets?: readonly string[]
  /** Of the login form. */
  readonly fields?: string
  readonly head?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A part of a site that gives visitors something; `isFile`: the answer is a file and no page. */
export type Giver = (visit: Visit, isFile: boolean) => Part

/** A site with a start page, a login page and a file; what its visitors get is up to the parts. */
export function visitorSite(...givers: readonly Giver[]): (visit: Visit) => Reply {
  return (visit) => {
    const isFile = visit.at === 'GET /site.css'
    const parts = givers.map((give) => give(visit, isFile))
    const cookies = parts.flatMap(({ sets }) => sets ?? [])
    const headers = Object.assign({}, ...parts.map((part) => part.headers ?? {}))
    const head = `<link rel=stylesheet href=/site.css>${parts.map((part) => part.head ?? '').join('')}`
    if (isFile) return { html: 'body {}', headers: { ...headers, 'content-type': 'text/css' }, cookies }
    if (visit.at === 'GET /') return { html: `${head}<a href=/login>Sign in</a>`, cookies, headers }
    if (visit.at.startsWith('GET /login')) {
      const fields = parts.map((part) => part.fields ?? '').join('')
      return {
        html: `${head}<form method=post action=/login>${fields}<input name=email><input type=password name=pw><button>Sign in</button></form>`,
        cookies,
        headers,
      }
    }
    return { status: 404, html: 'Not found' }
  }
}

/** The part, but not for files: an application before which a server gives the files. */
export const onPages =
  (give: Giver): Giver =>
  (visit, isFile) =>
    isFile ? {} : give(visit, isFile)

export const hidden = (name: string, value: string): string =>
  `<input type=hidden name="${name}" value="${value}">`
