import { randomBytes } from 'node:crypto'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Answer, Http } from '../../network/http.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import type { Asking, PageRequest } from './ask.ts'
import type { Discriminator } from './discriminate.ts'
import type { Features, Looks } from './features.ts'

/** What is known when looking for a page that tells users from visitors. */
export interface OracleSearch {
  readonly http: Http
  readonly jar: BrowserJar
  readonly landed: Visit | null
  /** The session was given as a cookie, so no login was made. */
  readonly given: boolean
  readonly looks: Looks
  /** What on the login page may be why a login fails, and what would help. */
  readonly hints: readonly string[]
  /** The login page and the start page: asked about last. */
  readonly entry: URL
  readonly start: URL
  /** A random value that looks like the given one and was never issued. */
  readonly makeUp: (value: string) => string
  /** The user's own choice, if any: then no other page is considered. */
  readonly protectedUrl: URL | null
  /** The browser of a visitor who has seen the login page, where there is one. */
  readonly visitor?: BrowserJar | undefined
  /** How that is asked for. */
  readonly asking?: Asking
  /** What the page of the login asks for by itself each time that it is opened. */
  readonly asks?: readonly PageRequest[]
}

/** A page that may do. */
export interface Candidate {
  readonly url: URL
  /** How it is asked for; nothing for a page that is opened. */
  readonly asking: Asking
  /** A cache answers for the page, so each request must be one that the cache has never seen. */
  readonly cached: boolean
  readonly signedIn: Look
  readonly anonymous: Look
  readonly rule: Discriminator | null
}

/** One look at it. */
export interface Look {
  readonly features: Features
  readonly answer: Answer
}

export function addressOf({ url, cached }: Pick<Candidate, 'url' | 'cached'>): URL {
  const address = new URL(url.href)
  if (cached) address.searchParams.set('latchkey', randomBytes(4).toString('hex'))
  return address
}
