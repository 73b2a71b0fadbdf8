import type { SignInEvidence } from '../evidence/evidence.ts'
import type { BrowserJar } from '../network/cookies/jar.ts'
import type { Stored } from '../options/recording/storage-state.ts'
import type { SignIn } from './sign-in.ts'

/** A session that is there already. No login can be made, so what needs one is skipped. */
export function givenSignIn(
  jar: BrowserJar,
  start: URL,
  method: SignInEvidence['method'],
  stored: Stored | null = null,
): SignIn {
  return {
    stored,
    entry: start,
    action: start,
    login: null,
    given: jar,
    offersRemember: false,
    evidence: { method, ...NOTHING_TYPED },
  }
}

export const NOTHING_TYPED = {
  loginUrl: null,
  action: null,
  usernameField: null,
  passwordField: null,
  otherFields: [],
} as const
