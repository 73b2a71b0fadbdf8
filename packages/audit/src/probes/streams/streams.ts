import { expectState } from '../../evidence/observation.ts'
import type { StreamEvidence, StreamsEvidence } from '../../evidence/streams.ts'
import { NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import { type OpenStream, openStream } from '../../network/open-stream.ts'
import { sideBySide } from '../../network/side-by-side.ts'
import { ProbeError } from '../../options/errors.ts'
import type { ProbeContext } from '../context.ts'
import { wayOut } from '../logout/way-out.ts'
import { newSession, noCookies, takeSpare } from '../sessions/at-hand.ts'
import { streamsOf } from './addresses.ts'

/** Seconds in which a stream may send something, unless the user knows better. */
export const USUAL_WAIT = 5

/** Whether a stream that was opened signed in goes on to give data after the logout. */
export async function probeStreams(context: ProbeContext): Promise<StreamsEvidence> {
  const addresses = await streamsOf(context)
  if (addresses.length === 0) {
    return {
      notTried: 'no page or script that was seen opens an event stream or a WebSocket; --stream names one',
      ...{ streams: [], waitedMs: 0, browserAfter: null, controls: [] },
    }
  }
  const session = (await takeSpare(context)) ?? (await newSession(context))
  if (session === null) throw new ProbeError('signing in again did not work')
  const { jar } = session
  const { http, oracle } = context
  const waitedMs = (context.options.streamWait ?? USUAL_WAIT) * 1000
  const logOut = await wayOut(context, jar, session.landed)
  const streams = addresses.map((address) => ({
    address,
    own: openStream(http, address, jar, oracle.url),
    visitors: openStream(http, address, NO_CREDENTIALS, oracle.url),
  }))
  const own = streams.map((stream) => stream.own)
  const found: StreamEvidence[] = []
  try {
    const before = await oracle.observe(jar, 'signed-in')
    await dataOf(context, own, waitedMs)
    await logOut()
    // What was on its way when the logout was answered has come by the time that these are.
    const browserAfter = await oracle.observe(jar, 'logout')
    const none = await noCookies(context)
    const counts = own.map((stream) => stream.kinds().length)
    await dataOf(context, own, waitedMs)
    // One alone may be a goodbye, which the end or nothing more follows.
    const begun = own.filter(
      (stream, at) => !stream.isOver() && stream.kinds().length === (counts[at] ?? 0) + 1,
    )
    if (begun.length > 0) await dataOf(context, begun, waitedMs)
    for (const [at, { address, own, visitors }] of streams.entries()) {
      const before = own.kinds().slice(0, counts[at])
      const after = own.kinds().slice(counts[at])
      const same = after.filter((kind) => before.includes(kind)).length
      const [visitor, ended] = [visitors.kinds().length, own.isOver()]
      const [answer, visitorsAnswer] = await sideBySide(own.finish, visitors.finish)
      found.push({
        kind: address.kind,
        url: http.secrets.redactUrl(address.url.href),
        status: answer?.status ?? null,
        visitorStatus: visitorsAnswer?.status ?? null,
        exchange: answer?.exchange ?? null,
        before: before.length,
        after: same,
        others: after.length - same,
        ended,
        visitor,
      })
    }
    const controls = [
      expectState('the browser before the logout', 'signed-in', before),
      expectState('no cookies', 'anonymous', none),
    ]
    return { notTried: null, streams: found, waitedMs, browserAfter, controls }
  } finally {
    await Promise.all(streams.flatMap(({ own, visitors }) => [own.finish(), visitors.finish()]))
  }
}

/** Waits until each of them gave something, or for as long as may be. */
async function dataOf(context: ProbeContext, streams: readonly OpenStream[], waitMs: number): Promise<void> {
  await Promise.race([Promise.all(streams.map((stream) => stream.next())), context.wait(waitMs)])
}
