import type { Control, Evidence, Observation, State } from '../src/evidence/evidence.ts'
import type { OthersEvidence } from '../src/evidence/others.ts'

const saw = (state: State, exchange: number): Observation => ({ state, exchange })
const held: Control = { name: 'it still works', expected: 'signed-in', seen: 'signed-in', held: true }
const gathered = <T>(value: T) => ({ status: 'gathered', value }) as const
const dead = (afterMs: number) => ({ set: ['stay'], afterMs, seen: saw('anonymous', 11) })

/** A site where others put nothing in, and get nothing out. */
export const goodOthers: Pick<Evidence, keyof OthersEvidence> = {
  cookieTossing: gathered({ noSibling: null, prefixed: ['__Host-session'], trials: [], controls: [] }),
  loginCsrf: gathered({
    url: 'https://app.example.com/login',
    untried: null,
    trials: (["another's", 'none'] as const).map((token) => ({
      how: 'a form',
      token,
      status: 403,
      exchange: 4,
      after: saw('anonymous', 6),
    })),
    alike: true,
    controls: [held],
  }),
  sessionPuzzling: gathered({
    trials: [{ what: 'POST /forgot', status: 200, exchange: 4, accepted: true, after: saw('anonymous', 6) }],
    controls: [held],
  }),
  twoUsers: gathered({
    trials: [
      { kind: 'page', what: 'the page', seen: 'own', visitor: null, exchanges: [5], status: 200 },
      { kind: 'address', what: '/u/ada', seen: 'neither', visitor: 'neither', exchanges: [6], status: 404 },
    ],
    noAddress: null,
    controls: [held],
  }),
  rememberMe: gathered({
    sets: [['stay']],
    none: null,
    afterLogout: [dead(0), dead(200)],
    noLogout: null,
    afterPasswordChange: null,
    lifetimeSeconds: 1_209_600,
    use: { first: saw('signed-in', 7), renewed: true, again: saw('anonymous', 8) },
    controls: [held],
  }),
}
