import { type CookieTossingEvidence, cookieTossingShape } from './cookie-tossing.ts'
import { type LoginCsrfEvidence, loginCsrfShape } from './login-csrf.ts'
import { type RememberMeEvidence, rememberMeShape } from './remember-me.ts'
import { type SessionPuzzlingEvidence, sessionPuzzlingShape } from './session-puzzling.ts'
import type { Shape } from './shape.ts'
import { type TwoUsersEvidence, twoUsersShape } from './two-users.ts'

/** What others put into a user's session, or get out of it. */
export interface OthersEvidence {
  readonly cookieTossing: CookieTossingEvidence
  readonly loginCsrf: LoginCsrfEvidence
  readonly sessionPuzzling: SessionPuzzlingEvidence
  readonly twoUsers: TwoUsersEvidence
  readonly rememberMe: RememberMeEvidence
}

export const othersShapes: Readonly<Record<keyof OthersEvidence, Shape>> = {
  cookieTossing: cookieTossingShape,
  loginCsrf: loginCsrfShape,
  sessionPuzzling: sessionPuzzlingShape,
  twoUsers: twoUsersShape,
  rememberMe: rememberMeShape,
}

export const OTHERS = Object.keys(othersShapes) as readonly (keyof OthersEvidence)[]
