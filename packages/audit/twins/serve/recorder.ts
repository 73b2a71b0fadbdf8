import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** What a twin remembers of a visit, to be held against the report afterwards. */
export interface Visit {
  readonly issued: Set<string>
  deleted: boolean
  requests: number
}

/** Shorter values (`light`, `1`) occur in any text by chance and are no secret. */
const RECOGNISABLE = 10

/** Notes the cookie's value as sent, decoded, and the ID in it without a framework's prefix and signature. */
export function noteCookie(record: Visit, setCookie: string): void {
  const value = /^[^=;]*=([^;]*)/.exec(setCookie)?.[1]?.trim() ?? ''
  const plain = decoded(value)
  const id = plain.replace(/^s:/, '').split('.')[0] ?? ''
  for (const form of [value, plain, id]) if (form.length >= RECOGNISABLE) record.issued.add(form)
}

/** Wraps an app: notes each Set-Cookie and answers the delete-account link, which a tool must never follow. */
export function recorded(app: RequestListener, record: Visit): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    record.requests += 1
    if (request.url?.startsWith('/account/delete')) {
      record.deleted = true
      response.end('deleted')
      return
    }
    const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse
    response.writeHead = (...args: unknown[]) => {
      for (const header of [response.getHeader('set-cookie'), setCookieIn(args.at(-1))]) {
        for (const line of [header ?? []].flat()) noteCookie(record, String(line))
      }
      return writeHead(...args)
    }
    app(request, response)
  }
}

/** Fastify hands its headers to `writeHead` instead of setting them first. */
function setCookieIn(headers: unknown): string | string[] | undefined {
  if (typeof headers !== 'object' || headers === null || !('set-cookie' in headers)) return undefined
  const value = headers['set-cookie']
  return Array.isArray(value) ? value.map(String) : String(value)
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
