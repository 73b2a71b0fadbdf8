import type { BulkRevokeEvidence } from '../../evidence/bulk-revoke.ts'
import { expectState, type Observation } from '../../evidence/observation.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { ProbeError } from '../../options/errors.ts'
import { carrierValues, type ProbeContext, replay } from '../context.ts'
import { type Everywhere, everywhere } from '../logout/everywhere.ts'
import { use } from '../logout/leaving.ts'
import { liveWitness } from '../logout/logout.ts'
import { LATER, SOON } from '../second-look.ts'
import { newSession, noCookies } from './at-hand.ts'

/** Made side by side: a list of a user's sessions that is read, changed and written loses some of them. */
export const SESSIONS = 4

/** It is lost by chance. Where no session lived, it is tried so often in all, as far as the budget goes. */
export const ROUNDS = 3

/** Milliseconds: a site that ends what began before this second need not end what began within it. */
const NEXT_SECOND = 1000

type Tried = Omit<BulkRevokeEvidence, 'notTried'>

/**
 * Whether "sign out everywhere" ends every other session, of several that were made at once: it is used in the first, and
 * what carried the others is sent alone. So is what the audit was signed in with until then, as nothing was made beside
 * that: where all of the others are lost from the list, it shows that others are ended at all.
 */
export async function probeBulkRevoke(context: ProbeContext): Promise<BulkRevokeEvidence> {
  const { budget } = context.http
  const find = everywhere(context)
  if (find === null) {
    return notTried(
      'no page that was seen has a button that signs out everywhere; --logout-everywhere-url names how',
    )
  }
  budget.demand(SESSIONS * 5 + 2, SESSIONS)
  const rounds: Tried[] = []
  do {
    const tried = await tryOnce(context, find)
    if (typeof tried === 'string') {
      if (rounds.length === 0) return notTried(tried)
      break
    }
    rounds.push(tried)
  } while (rounds.length < ROUNDS && nothingLived(rounds) && hasRoom(context))
  const { how, own } = rounds[0] as Tried
  const cookieless = expectState('no cookies', 'anonymous', await noCookies(context))
  return {
    notTried: null,
    how,
    own,
    others: rounds.flatMap(({ others }) => others),
    controls: [...rounds.flatMap(({ controls }) => controls), cookieless],
  }
}

function nothingLived(rounds: readonly Tried[]): boolean {
  const looks = rounds.flatMap(({ others }) => others.flat())
  return looks.every(({ seen: { state } }) => state === 'anonymous')
}

/** Whether another round takes nothing that a later step needs: one that waits for sessions to end makes logins. */
function hasRoom({ http: { budget }, options: { idleTimeout, absoluteTimeout } }: ProbeContext): boolean {
  if (idleTimeout !== undefined || absoluteTimeout !== undefined) return false
  return budget.loginsLeft > SESSIONS && budget.requestsLeft >= SESSIONS * 6 + 20
}

/** @returns why it cannot be tried, in words, where too few sessions live side by side */
async function tryOnce(context: ProbeContext, find: Everywhere): Promise<Tried | string> {
  const made = await sideBySide(
    ...Array.from({ length: SESSIONS }, () => () => newSession(context, { atOnce: true })),
  )
  const jars = made.flatMap((session) => session?.jar ?? [])
  const alive = await stillAlive(context, [...jars, context.jar])
  const [own, ...others] = alive
  const together = alive.filter(({ jar }) => jar !== context.jar).length
  if (!own || together < 3) {
    return `of ${SESSIONS} sessions made at once ${together} stayed signed in, too few to end others from one`
  }
  const saved = others.map(({ jar }) => carrierValues(context, jar))
  await context.wait(NEXT_SECOND)
  const control = await find(own.jar)
  if (control === null)
    throw new ProbeError('the control that signs out everywhere was there before, and is not now')
  if (!(await use(context, own.jar, control))) {
    throw new ProbeError(`nothing is there at ${control.url.pathname} to sign out everywhere with`)
  }
  await context.wait(SOON)
  const first = await sideBySide(...saved.map((values) => () => replay(context, values)))
  const looks = first.map((seen) => [{ afterMs: SOON, seen }])
  if (first.some(({ state }) => state === 'signed-in')) {
    await context.wait(LATER)
    for (const [at, values] of saved.entries()) {
      if (first[at]?.state === 'signed-in')
        looks[at]?.push({ afterMs: LATER, seen: await replay(context, values) })
    }
  }
  const after = await context.oracle.observe(own.jar, 'logout')
  const witness = after.state === 'signed-in' ? after : await liveWitness(context, own.jar)
  return {
    how: {
      method: control.method ?? 'GET',
      url: context.http.secrets.redactUrl(control.url.href),
      found: control.found,
    },
    others: looks,
    own: after,
    controls: [
      ...alive.map(({ seen }) => expectState('a session before', 'signed-in', seen)),
      ...(witness ? [expectState('a session that is alive, after the replays', 'signed-in', witness)] : []),
    ],
  }
}

interface Alive {
  readonly jar: BrowserJar
  readonly seen: Observation
}

/** Those that no login beside theirs has ended, as each is now; of several that hold the same session, the first. */
async function stillAlive(context: ProbeContext, jars: readonly BrowserJar[]): Promise<readonly Alive[]> {
  const looks = await sideBySide(...jars.map((jar) => () => context.oracle.observe(jar, 'signed-in')))
  const known = new Set<string>()
  return jars.flatMap((jar, at) => {
    const seen = looks[at]
    const carried = JSON.stringify(carrierValues(context, jar))
    if (seen?.state !== 'signed-in' || known.has(carried)) return []
    known.add(carried)
    return [{ jar, seen }]
  })
}

function notTried(reason: string): BulkRevokeEvidence {
  return { notTried: reason, how: null, others: [], own: null, controls: [] }
}
