import type { Evidence } from '../evidence/evidence.ts'
import { at, of, opens, worst } from './life-looks.ts'
import type { Seen } from './moment.ts'

/** What somebody else puts into a session, or gets out of it. */
export function othersOf({ loginCsrf, sessionPuzzling, twoUsers, downgrade }: Evidence): readonly Seen[] {
  return [
    ...of(loginCsrf, ({ trials }) =>
      worst(
        trials.map(({ after: { state, exchange } }) => {
          const bad = state === 'signed-in'
          const what = `a page of another site signs ${bad ? 'the browser' : 'nobody'} in`
          return { lane: 'sign-in', exchange, what, bad, check: 'login-csrf' }
        }),
      ),
    ),
    ...of(sessionPuzzling, ({ trials }) =>
      worst(
        trials.map(({ what: sent, after: { state, exchange } }) => {
          const bad = state === 'signed-in'
          const what = `a visitor who sent ${sent} is ${bad ? 'signed in' : 'a visitor still'}`
          return { lane: 'visitor', exchange, what, bad, check: 'session-puzzling' }
        }),
      ),
    ),
    ...of(twoUsers, ({ trials }) =>
      worst(
        trials.flatMap(({ seen, visitor, exchanges }) => {
          const bad = seen === "the other's" && visitor !== "the other's"
          const what = `another user’s session shows ${bad ? 'what is this user’s' : 'nothing of this user'}`
          return at(exchanges.at(-1), { lane: 'replay', what, bad, check: 'two-users' })
        }),
      ),
    ),
    ...of(downgrade, ({ replay }) =>
      replay === null ? [] : [opens('the session, sent over http,', replay, 'downgrade')],
    ),
  ]
}
