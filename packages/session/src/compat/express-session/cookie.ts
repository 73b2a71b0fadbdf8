import { SessionError } from '../../errors.ts'

/** As of express-session; what it cannot have is refused where the session is kept. */
export interface CookieOptions {
  /** Milliseconds for which the session lives without being used; null: until the browser is closed. Default null. */
  maxAge?: number | null | undefined
  expires?: Date | null | undefined
  /** Default '/'. */
  path?: string | undefined
  domain?: string | undefined
  /** Always true. */
  httpOnly?: boolean | undefined
  /** Default true. `'auto'`: where the request came over TLS. */
  secure?: boolean | 'auto' | undefined
  /** Default 'lax'. `'auto'`: 'none' where the request came over TLS, else 'lax'. */
  sameSite?: boolean | 'lax' | 'strict' | 'none' | 'auto' | undefined
  partitioned?: boolean | undefined
  priority?: 'low' | 'medium' | 'high' | undefined
  originalMaxAge?: number | null | undefined
}

/** The cookie of one session. `maxAge` and `expires` are one moment, written as a time from now or as a date. */
export class Cookie {
  declare path: string
  declare httpOnly: boolean
  declare originalMaxAge: number | null
  declare domain?: string | undefined
  declare secure?: boolean | 'auto' | undefined
  declare sameSite?: boolean | 'lax' | 'strict' | 'none' | 'auto' | undefined
  declare partitioned?: boolean | undefined
  declare priority?: 'low' | 'medium' | 'high' | undefined
  #expires: Date | null = null
  readonly #now: () => number

  /** @throws SessionError `config_invalid` for what is no object */
  constructor(options: CookieOptions = {}, now: () => number = Date.now) {
    this.#now = now
    if (typeof options !== 'object')
      throw new SessionError('config_invalid', 'new Cookie(options): the argument options must be an object.')
    this.path = '/'
    this.httpOnly = true
    this.originalMaxAge = null
    for (const [name, value] of Object.entries(options ?? {})) {
      if (value !== undefined && name !== 'data' && name !== 'originalMaxAge') Reflect.set(this, name, value)
    }
    const { originalMaxAge } = options ?? {}
    if (originalMaxAge !== undefined && originalMaxAge !== null) this.originalMaxAge = originalMaxAge
  }

  get expires(): Date | null {
    return this.#expires
  }

  /** @throws SessionError `config_invalid` for what is no date; the text of one will do, as JSON has it */
  set expires(date: Date | string | false | null | undefined) {
    const value = typeof date === 'string' ? new Date(date) : date || null
    if (value !== null && !(value instanceof Date))
      throw new SessionError(
        'config_invalid',
        'cookie.expires must be a Date. Write new Date(…), or set maxAge.',
      )
    if (value) refuseNone(value, 'cookie.expires must be a date that there is, not an Invalid Date.')
    this.#expires = value
    this.originalMaxAge = this.maxAge
  }

  /** Milliseconds from now. */
  get maxAge(): number | null {
    return this.#expires instanceof Date ? this.#expires.getTime() - this.#now() : null
  }

  /** @throws SessionError `config_invalid` for what is no time */
  set maxAge(value: number | Date | null | undefined) {
    if (value && typeof value !== 'number' && !(value instanceof Date))
      throw new SessionError(
        'config_invalid',
        'cookie.maxAge must be a number of milliseconds. Write 1800000.',
      )
    if (typeof value !== 'number') {
      this.expires = value
      return
    }
    const moment = new Date(this.#now() + value)
    refuseNone(moment, `cookie.maxAge must be a number of milliseconds, not ${value}. Write 1800000.`)
    this.#expires = moment
    // What was asked for, and not what is left of it a moment later.
    this.originalMaxAge = value
  }

  /** Its attributes and times. */
  get data(): CookieOptions {
    const { originalMaxAge, partitioned, priority, secure, httpOnly, domain, path, sameSite } = this
    const expires = this.#expires
    return { originalMaxAge, partitioned, priority, expires, secure, httpOnly, domain, path, sameSite }
  }

  /** A Set-Cookie line for a cookie of the application's own. */
  serialize(name: string, value: string): string {
    const { domain, path, sameSite } = this
    const parts = [`${name}=${encodeURIComponent(value)}`]
    if (domain) parts.push(`Domain=${domain}`)
    parts.push(`Path=${path}`)
    if (this.#expires) parts.push(`Expires=${this.#expires.toUTCString()}`)
    if (this.httpOnly) parts.push('HttpOnly')
    if (this.secure === true) parts.push('Secure')
    if (sameSite) parts.push(`SameSite=${sameSiteName(sameSite)}`)
    return parts.join('; ')
  }

  /** The same, for JSON. */
  toJSON(): CookieOptions {
    return this.data
  }
}

/** What is none would end the session. @throws SessionError `config_invalid` */
function refuseNone(moment: Date, problem: string): void {
  if (Number.isNaN(moment.getTime())) throw new SessionError('config_invalid', problem)
}

/** As the attribute is spelled. @throws SessionError `config_invalid` */
export function sameSiteName(sameSite: Cookie['sameSite']): 'Strict' | 'Lax' | 'None' {
  const name = typeof sameSite === 'string' ? sameSite.toLowerCase() : sameSite
  if (name === undefined || name === 'lax') return 'Lax'
  if (name === true || name === 'strict') return 'Strict'
  if (name === 'none') return 'None'
  throw new SessionError(
    'config_invalid',
    `cookie.sameSite: ${JSON.stringify(sameSite)} is not kept. Write 'lax', which browsers take in its place, 'strict' or 'none'.`,
  )
}
