import type { Evidence } from '../evidence/evidence.ts'
import { isTaken } from '../evidence/tokens.ts'
import { endingsOf } from './life-endings.ts'
import { at, last, of, opens, worst } from './life-looks.ts'
import { othersOf } from './life-others.ts'
import type { Seen } from './moment.ts'
import { signedInOf } from './signed-in.ts'

/** What a look at each kind of evidence shows of the session's life. */
export function momentsOf(evidence: Evidence): readonly Seen[] {
  return [
    ...ofSignIn(evidence),
    ...of(evidence.fixation, ({ trials }) =>
      trials.map(({ variant, way, replay }) => {
        const given = way === undefined ? 'the ID from' : `the ID that the ${way} gave`
        const what = variant === 'issued' ? `${given} before the sign-in` : 'an ID that was planted before'
        return opens(what, replay, 'fixation')
      }),
    ),
    ...of(evidence.strictIds, ({ trials }) =>
      trials.flatMap(({ adoptedBy, exchanges }) => {
        const what = `an ID that the site never gave out is ${adoptedBy === null ? 'not ' : ''}taken`
        return at(exchanges.at(-1), { lane: 'replay', what, bad: adoptedBy !== null, check: 'strict-ids' })
      }),
    ),
    ...of(evidence.caching, ({ pages }) => {
      const served = pages.find(({ servedToAnonymous }) => servedToAnonymous)
      const what = 'a visitor is given the user’s page by a cache'
      return at(served?.exchange, { lane: 'visitor', what, bad: true, check: 'caching' })
    }),
    ...of(evidence.idInUrl, ({ accepted }) =>
      worst(accepted.map(({ seen }) => opens('the ID in an address', seen, 'id-in-url'))),
    ),
    ...of(evidence.tokens, ({ tokens }) =>
      tokens.flatMap(({ trials, lifetime: { expired } }) => [
        ...worst(
          trials.map((trial) => {
            const bad = isTaken(trial)
            const what = bad ? 'a forged token opens the account' : 'forged tokens open nothing'
            return { lane: 'replay', exchange: trial.seen.exchange, what, bad, check: 'token-signature' }
          }),
        ),
        ...(expired ? [opens('a token after its end', expired.seen, 'token-lifetime')] : []),
      ]),
    ),
    ...of(evidence.crossSiteRequest, ({ trials }) =>
      worst(
        trials.map(({ readBack, readExchange }) => {
          const bad = readBack === 'changed'
          const what = `a page of another site ${bad ? 'makes' : 'cannot make'} the change`
          return { lane: 'use', exchange: readExchange, what, bad, check: 'cross-site-request' }
        }),
      ),
    ),
    ...of(evidence.reauthentication, ({ replays }) =>
      last(replays, 'a copy from before the password was asked again', 'reauthentication'),
    ),
    ...of(evidence.passwordChange, ({ own, others }) => [
      ...last(own, 'a copy from before the password was changed', 'password-change-rotation'),
      ...last(others ?? [], 'another session, after the change of the password,', 'password-change-sessions'),
    ]),
    ...othersOf(evidence),
    ...ofSignOut(evidence),
    ...endingsOf(evidence),
  ]
}

function ofSignIn(evidence: Evidence): readonly Seen[] {
  const { signIn, oracle, carrier } = evidence
  const plain = { bad: false, check: null }
  const how = signedInOf(evidence)?.how ?? ''
  return [
    ...of(oracle, ({ anonymous }) =>
      at(anonymous[0]?.exchange, {
        lane: 'visitor',
        what: 'a visitor without cookies is not let in',
        ...plain,
      }),
    ),
    ...of(signIn, ({ exchanges }) =>
      at(exchanges.at(-1), { lane: 'sign-in', what: `signed in ${how}`, ...plain }),
    ),
    ...of(oracle, ({ signedIn }) =>
      at(signedIn[0]?.exchange, { lane: 'use', what: 'the account is open', ...plain }),
    ),
    ...of(carrier, ({ sets, withAll }) => {
      const names = sets.map((set) => set.join(' + ')).join(', or ')
      return at(withAll.exchange, { lane: 'use', what: `${names} is enough to be signed in`, ...plain })
    }),
  ]
}

function ofSignOut({ logout, logoutGet }: Evidence): readonly Seen[] {
  return [
    ...of(logoutGet, ({ trials }) =>
      worst(
        trials.map(({ exchange, after }) => {
          const bad = after.state === 'anonymous'
          const what = `a link of another site signs ${bad ? 'the user' : 'nobody'} out`
          return { lane: 'sign-out', exchange, what, bad, check: 'logout-get' }
        }),
      ),
    ),
    ...of(logout, ({ browserAfter }) =>
      at(browserAfter.exchange, { lane: 'sign-out', what: 'signed out', bad: false, check: null }),
    ),
    ...of(logout, ({ replays }) => last(replays, 'a copy from before the sign-out', 'logout')),
  ]
}
