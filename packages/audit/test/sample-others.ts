import type { Evidence } from '../src/evidence/evidence.ts'
import type { OthersEvidence } from '../src/evidence/others.ts'

const none = (reason: string) => ({ status: 'skipped', reason }) as const

/** Nothing that others could put in, and nothing that was asked for. */
export const goodOthers: Pick<Evidence, keyof OthersEvidence> = {
  cookieTossing: {
    status: 'gathered',
    value: { noSibling: null, prefixed: ['__Host-session'], trials: [], controls: [] },
  },
  loginCsrf: none('not in this sample'),
  sessionPuzzling: none('not asked for'),
  twoUsers: none('there is no second account'),
  rememberMe: none('the login offers no "remember me"'),
}
