import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { gather } from '../src/gathering/gather.ts'
import { judge } from '../src/judging/judge.ts'
import { AuditError } from '../src/options/errors.ts'
import { noWait } from './audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from './serve.ts'
import { USER } from './session-site.ts'

/** What comes in place of the site's own answer. */
export type Disturbance = 'unavailable' | 'firewall' | 'someone-else' | 'cut' | 'late'

const PORTAL =
  '<title>Guest network</title><h1>Welcome to the hotel</h1><p>Enter your room number to go online.</p><form method=post action=/portal><input name=room><button>Go online</button></form><a href="/help">Help</a>'

/** Milliseconds; a site on loopback answers within a few, even on a busy machine. */
const LATE = 2000

/** A gateway answers for the site; a cut and a late answer come after the site has done its work. */
const REPLIES: Readonly<Record<Disturbance, (own: () => Reply) => Reply>> = {
  unavailable: () => ({
    status: 503,
    html: '<h1>503 Service Unavailable</h1><p>No server is available.</p>',
  }),
  firewall: () => ({ status: 403, html: '<h1>Request blocked</h1><p>Your request looked unusual.</p>' }),
  'someone-else': () => ({ html: PORTAL }),
  cut: (own) => {
    own()
    throw new Error('cut')
  },
  late: (own) => ({ ...own(), until: new Promise(() => {}) }),
}

export interface Sweep {
  readonly makeRoutes: () => Routes
  readonly kinds: readonly Disturbance[]
  /** How many answers in a row are replaced. */
  readonly lengths: readonly number[]
  /** Every how many answers one is begun with; each kind begins with another. */
  readonly stride: number
}

/**
 * Replaces each answer of an audit in turn, and says what came of each verdict that then was another one than
 * inconclusive. An audit that ends with an error has no verdicts.
 */
export async function sweep(
  t: TestContext,
  { makeRoutes, kinds, lengths, stride }: Sweep,
): Promise<string[]> {
  const undisturbed = await verdicts(t, makeRoutes())
  assert.ok(undisturbed, 'the audit of the undisturbed site ended with an error')
  const changed: string[] = []
  for (const length of lengths) {
    for (const [offset, kind] of kinds.entries()) {
      for (let at = 1 + (offset % stride); at <= undisturbed.requests; at += stride) {
        const seen = await verdicts(t, disturbed(makeRoutes(), kind, at, length))
        for (const [check, verdict] of seen?.checks ?? []) {
          const before = undisturbed.checks.get(check)
          if (verdict === before || verdict === 'inconclusive') continue
          const where = length === 1 ? `answer ${at}` : `answers ${at} to ${at + length - 1}`
          changed.push(`${kind} as ${where}: ${check} is ${verdict}, and was ${before}`)
        }
      }
    }
  }
  return changed
}

/** Null for an audit that ended with an error. */
async function verdicts(t: TestContext, routes: Routes) {
  const site = await serve(t, routes)
  try {
    const file = await gather({ url: site.url, ...USER, timeout: LATE }, noWait)
    const { checks } = judge(file, { finishedAt: '2026-01-01T00:00:00Z' })
    const shown = checks.map(({ id, verdict, severity }) => {
      return [id, verdict === 'fail' ? `fail ${severity}` : verdict] as const
    })
    return { requests: file.exchanges.length, checks: new Map(shown) }
  } catch (error) {
    if (error instanceof AuditError) return null
    throw error
  }
}

function disturbed(routes: Routes, kind: Disturbance, from: number, length: number): Routes {
  let count = 0
  return (visit: Visit) => {
    count += 1
    const own = (): Reply => {
      const route = typeof routes === 'function' ? routes : routes[visit.at]
      return route?.(visit) ?? { status: 404, html: 'Not found' }
    }
    return count >= from && count < from + length ? REPLIES[kind](own) : own()
  }
}
