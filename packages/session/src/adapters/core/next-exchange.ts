import { SessionError } from '../../errors.ts'
import type { Exchange } from '../../exchange.ts'

/** Of what `cookies()` of 'next/headers' gives, what is used. */
export interface NextCookies {
  set(name: string, value: string, attributes: object): unknown
}

/** Of what `headers()` of 'next/headers' gives, what is used. */
export interface NextHeaders {
  get(name: string): string | null
  keys(): Iterable<string>
}

/**
 * The exchange of a server component or a server action, which know neither their request nor their answer: only what
 * 'next/headers' tells. Route handlers and the proxy have both, and other exchanges.
 */
export class NextExchange implements Exchange {
  /** Actions are POST, and are alone in setting cookies; what only renders must change nothing, as a GET. */
  readonly method: 'GET' | 'POST'
  // An action is called by its name, from any page: no path exempts it from the check of its origin.
  readonly path = ''
  readonly encrypted = undefined
  readonly remoteAddress = undefined
  readonly #headers: NextHeaders
  readonly #cookies: NextCookies

  constructor(headers: NextHeaders, cookies: NextCookies) {
    this.#headers = headers
    this.#cookies = cookies
    this.method = this.canSetCookie ? 'POST' : 'GET'
  }

  header(name: string): string | null {
    return this.#headers.get(name)
  }

  // An action becomes a rendering when it has returned, so this is asked anew each time.
  get canSetCookie(): boolean {
    return isWritable(this.#cookies)
  }

  // `stands` could be asked now alone, as the line was just made: nothing tells when an action's head leaves.
  setCookie(_name: string, line: string): void {
    // While a component renders: a logout, whose cookie opens nothing any more.
    if (this.canSetCookie) this.#cookies.set(...parsedCookie(line))
  }

  setHeader(): void {
    // Next lets nobody set one here, and answers what is rendered for a request by `private, no-store` itself.
  }

  /** @throws SessionError `config_invalid` */
  onClose(): never {
    throw new SessionError(
      'config_invalid',
      'session.signal: Next does not tell a component or an action when its answer has ended. Stream from a route handler: ' +
        'export const GET = session.route((request, session) => …).',
    )
  }
}

/** Whether `cookies().set` takes something now. */
function isWritable(cookies: NextCookies): boolean {
  // It can set nothing without a name, so this asks and sets nothing: where it gets as far as that, it may.
  let isAsked = false
  const nameless = {
    get name(): string {
      isAsked = true
      throw nameless
    },
  }
  try {
    Reflect.apply(cookies.set, cookies, [nameless])
  } catch (error) {
    return isAsked && error === nameless
  }
  return false
}

const attributeNames: Readonly<Record<string, string>> = {
  'max-age': 'maxAge',
  httponly: 'httpOnly',
  samesite: 'sameSite',
}

/** A Set-Cookie line of ours as `cookies().set` takes it, so that it writes the same attributes. */
export function parsedCookie(line: string): [name: string, value: string, attributes: object] {
  const [pair = '', ...rest] = line.split('; ')
  const attributes = rest.map((each) => {
    const [name = '', value] = each.split('=')
    const key = name.toLowerCase()
    return [attributeNames[key] ?? key, typed(key, value)]
  })
  const at = pair.indexOf('=')
  return [pair.slice(0, at), pair.slice(at + 1), Object.fromEntries(attributes)]
}

function typed(key: string, value: string | undefined): unknown {
  if (value === undefined) return true
  if (key === 'max-age') return Number(value)
  return key === 'expires' ? new Date(value) : value
}
