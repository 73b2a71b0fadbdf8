import type { CookieOptions } from '../../cookie/cookie.ts'
import type { Issuer } from '../../tokens/issue/issuer.ts'
import type { LimitOptions } from '../limit.ts'
import type { Policy } from '../policy.ts'

/** What sessions were made with, as far as their policy says it: nothing of it is a secret. */
export interface Declaring {
  readonly cookie: CookieOptions | undefined
  readonly policies: readonly Policy[]
  readonly sessionsPerUser: LimitOptions | undefined
  readonly tokenReuseEnds: 'session' | 'user'
  readonly tokens: Pick<Issuer, 'lifetime' | 'refresh'> | undefined
}
