import type { StreamEvidence } from '../evidence/streams.ts'
import type { Check } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass, skipped } from '../judging/verdicts.ts'

export const streamOutlivesLogout: Check<'streams'> = {
  id: 'stream-outlives-logout',
  title: 'An open stream gives no more data once the user has logged out',
  risk: "Whoever keeps such a stream open, on a shared computer or with a copied session, goes on reading the user's messages after the logout.",
  severity: 'medium',
  refs: ['WSTG-SESS-06', 'ASVS-7.4.1', 'CWE-613'],
  needs: ['streams'],
  fixes: {
    latchkey: 'End the stream when `session.signal` aborts; `nodeUpgrade` does so for WebSockets.',
  },

  judge({ streams: { notTried, streams, waitedMs, browserAfter, controls } }) {
    const basis = {
      controls,
      exchanges: [browserAfter?.exchange, ...streams.map(({ exchange }) => exchange)].flatMap(
        (id) => id ?? [],
      ),
    }
    if (notTried !== null) return skipped(notTried, basis)
    const broken = brokenControl(controls)
    if (broken !== null) return inconclusive(broken, basis)
    if (browserAfter?.state !== 'anonymous') {
      return inconclusive('the browser was not seen to be signed out after the logout', basis)
    }
    const open = streams.filter(({ status }) => status === 101 || status === 200)
    const own = open.filter((stream) => !isPublic(stream))
    const alive = own.filter(({ after, ended }) => after > (ended ? 1 : 0))
    if (alive.length > 0) {
      return fail(
        alive.map(({ url, kind, before, after, exchange }) => ({
          where: url,
          kind,
          seen: `${kind === 'events' ? 'An event stream' : 'A WebSocket'} that was opened signed in gave data ${times(before)} before the logout and ${times(after)} after it, once the browser was signed out; a visitor gets none.`,
          fix: 'Keep the streams of each session, and end them where the session ends: in every process that holds one.',
          exchanges: [browserAfter.exchange, ...(exchange === null ? [] : [exchange])],
        })),
        basis,
      )
    }
    if (open.length === 0) return inconclusive('no stream could be opened signed in', basis)
    if (own.length === 0) return skipped('visitors are given the data of these streams too', basis)
    const silent = own.filter(({ before }) => before === 0)
    if (silent.length > 0) {
      return inconclusive(
        `${listed(silent.map(({ url }) => url))} gave nothing in ${waitedMs / 1000} s while signed in, so that its silence after the logout shows nothing; --stream-wait waits longer`,
        basis,
      )
    }
    const unsure = own.filter(({ after, others = 0, ended }) => after > 0 || (others > 0 && !ended))
    if (unsure.length > 0) {
      return inconclusive(
        `what ${listed(unsure.map(({ url }) => url))} gave after the logout may have been a goodbye: it was of another kind than before, or one piece and then the end`,
        basis,
      )
    }
    return pass(
      `${listed(own.map(({ url }) => url))} gave data while signed in, and none in ${waitedMs / 1000} s after the logout`,
      basis,
    )
  },
}

function isPublic({ visitor }: StreamEvidence): boolean {
  return visitor > 0
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}
