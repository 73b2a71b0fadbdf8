import type { BulkRevokeEvidence } from '../../evidence/bulk-revoke.ts'
import { expectState } from '../../evidence/observation.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { ProbeError } from '../../options/errors.ts'
import { carrierValues, type ProbeContext, replay, type SpareSession } from '../context.ts'
import { everywhere } from '../logout/everywhere.ts'
import { use } from '../logout/leaving.ts'
import { liveWitness } from '../logout/logout.ts'
import { LATER, SOON } from '../second-look.ts'
import { newSession, noCookies } from './at-hand.ts'

/** Made side by side: a list of a user's sessions that is read, changed and written loses some of them. */
export const SESSIONS = 4

/**
 * Whether "sign out everywhere" ends every other session, of several that were made at once: it is used in the first, and
 * what carried the others is sent alone.
 */
export async function probeBulkRevoke(context: ProbeContext): Promise<BulkRevokeEvidence> {
  const find = everywhere(context)
  if (find === null) {
    return notTried(
      'no page that was seen has a button that signs out everywhere; --logout-everywhere-url names how',
    )
  }
  context.http.budget.demand(SESSIONS * 5, SESSIONS)
  const made = await sideBySide(
    ...Array.from({ length: SESSIONS }, () => () => newSession(context, { atOnce: true })),
  )
  const alive = await stillAlive(
    context,
    made.filter((session) => session !== null),
  )
  const [own, ...others] = alive
  if (!own || others.length < 2) {
    return notTried(
      `of ${SESSIONS} sessions made at once ${alive.length} stayed signed in, too few to end others from one`,
    )
  }
  const control = await find(own.jar)
  if (control === null)
    throw new ProbeError('the control that signs out everywhere was there before, and is not now')
  const saved = others.map(({ jar }) => carrierValues(context, jar))
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
    notTried: null,
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
      expectState('no cookies', 'anonymous', await noCookies(context)),
    ],
  }
}

/** Those that no login beside theirs has ended, as each is now. */
async function stillAlive(
  { oracle }: ProbeContext,
  sessions: readonly SpareSession[],
): Promise<readonly SpareSession[]> {
  const looks = await sideBySide(
    ...sessions.map(
      ({ jar }) =>
        () =>
          oracle.observe(jar, 'signed-in'),
    ),
  )
  return sessions.flatMap((session, at) => {
    const seen = looks[at]
    return seen?.state === 'signed-in' ? [{ ...session, seen }] : []
  })
}

function notTried(reason: string): BulkRevokeEvidence {
  return { notTried: reason, how: null, others: [], own: null, controls: [] }
}
