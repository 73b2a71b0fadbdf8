import type { ReversibleAction } from '../../options/action.ts'
import type { Expectations } from '../../options/expectations.ts'
import type { LoginFormat } from '../../options/login-body.ts'

/** What an agent may say of a site, once its shape was checked. Secrets are `secret:NAME`, never themselves. */
export interface TargetInput {
  readonly url: string
  readonly passive?: boolean
  readonly username?: string
  readonly password?: string
  readonly cookie?: string
  readonly loginFrom?: string
  readonly totpSecret?: string
  readonly loginUrl?: string
  readonly loginFormat?: LoginFormat
  readonly loginBody?: string
  readonly usernameField?: string
  readonly passwordField?: string
  readonly fields?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly loginOrigins?: readonly string[]
  readonly tokenHeader?: string
  readonly tokenScheme?: string
  readonly browser?: boolean
  readonly protectedUrl?: string
  readonly protectedRequest?: string
  readonly logoutUrl?: string
  readonly logoutRequest?: string
  readonly logoutEverywhere?: boolean
  readonly logoutEverywhereUrl?: string
  readonly logoutEverywhereRequest?: string
  readonly streams?: readonly string[]
  readonly streamWait?: number
  readonly reauthUrl?: string
  readonly expectSessions?: number
  readonly expect?: Expectations
  readonly idSamples?: number
  readonly secondUsername?: string
  readonly secondPassword?: string
  readonly puzzle?: boolean
  readonly puzzleRequests?: readonly string[]
  readonly changePassword?: boolean
  readonly changePasswordUrl?: string
  readonly currentPasswordField?: string
  readonly newPasswordField?: string
  readonly confirmPasswordField?: string
  readonly action?: ReversibleAction
  readonly maxRequests?: number
  readonly maxLogins?: number
  readonly timeLimit?: number
  readonly timeout?: number
  readonly maxWait?: number
}

/**
 * Arguments by which an agent chooses what is sent as the signed-in user or in the user's name: a request of its own, a
 * page whose form is sent, which could be the one that deletes the account, or what ends sessions elsewhere or sends mail.
 */
export const CHANGES = [
  'protectedRequest',
  'logoutRequest',
  'logoutUrl',
  'logoutEverywhere',
  'logoutEverywhereUrl',
  'logoutEverywhereRequest',
  'puzzle',
  'puzzleRequests',
  'reauthUrl',
  'changePassword',
  'changePasswordUrl',
  'currentPasswordField',
  'newPasswordField',
  'confirmPasswordField',
  'action',
] as const
