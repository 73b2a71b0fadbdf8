import { addDefault, withoutCookie } from '../exchange.ts'
import type { Session } from '../session.ts'
import type { Sessions } from '../sessions.ts'
import { type AdapterOptions, createAnswers } from './core/answers.ts'
import type { Answer } from './core/failure.ts'

export interface FetchSessionOptions<Rest extends unknown[]> extends AdapterOptions {
  /** The address at the other end of the request's connection, which a Request does not tell. Default: none is known. */
  readonly remoteAddress?: (request: Request, ...rest: Rest) => string | undefined
}

/**
 * A fetch-standard handler with a session: for Deno, Bun, workers on Node, and frameworks built on Request and
 * Response. Session errors that `handler` does not catch become their answer (503, 401, 409, 413).
 */
export function fetchSession<Data extends object, Rest extends unknown[]>(
  sessions: Sessions<Data>,
  handler: (request: Request, session: Session<Data>, ...rest: Rest) => Response | Promise<Response>,
  { remoteAddress, ...options }: FetchSessionOptions<Rest> = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const answers = createAnswers(options)
  return async (request, ...rest) => {
    let cookies: string[] = []
    const defaults: [string, string][] = []
    const { pathname, search, host } = new URL(request.url)
    const exchange = {
      method: request.method,
      path: pathname,
      target: pathname + search,
      header: (name: string) => request.headers.get(name) ?? (name === 'host' ? host : null),
      setCookie(name: string, line: string) {
        cookies = [...withoutCookie(cookies, name), line]
      },
      setHeader: (name: string, value: string) => void defaults.push([name, value]),
      encrypted: request.url.startsWith('https:'),
      remoteAddress: remoteAddress?.(request, ...rest),
      onClose: (callback: () => void) => onAbort(request.signal, callback),
    }
    let response: Response
    try {
      const session = await sessions.open(exchange, options)
      const answer = answers.opened(exchange, session)
      response = answer ? toResponse(answer) : await handler(request, session, ...rest)
    } catch (error) {
      const answer = answers.failed(error, exchange)
      if (!answer) throw error
      response = toResponse(answer)
    }
    // A response may be immutable (a redirect, a fetched one): a copy takes the cookies and headers.
    const answer = new Response(response.body, response)
    for (const line of cookies) answer.headers.append('set-cookie', line)
    for (const [name, value] of defaults) addDefault(answer.headers, name, value)
    return answer
  }
}

/** Also where that has happened already. */
export function onAbort(signal: AbortSignal, callback: () => void): void {
  if (signal.aborted) callback()
  else signal.addEventListener('abort', callback, { once: true })
}

export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers })
}
