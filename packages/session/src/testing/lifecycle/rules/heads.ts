import assert from 'node:assert/strict'
import type { Generation, Request } from '../running/action.ts'
import type { Answer } from '../running/browsers.ts'
import { renewalOverlap } from '../settings.ts'
import type { Ledger } from './ledger.ts'

// What a head may carry at the moment at which it leaves: nothing that the process which answers knows to be overtaken.

export function headLeft(ledger: Ledger, { request, cookies }: Answer): void {
  const given = cookies.map((cookie) => cookie && ledger.generationOf(cookie))
  assert.ok(
    !request.isStored || given.length === 0,
    'a shared cache may keep an answer with the cookie (law 1)',
  )
  for (const each of given) if (each) assertStands(ledger, request, each)
  const made = request.made?.session.record ? request.made : null
  // Who was told that there is a new secret gets it, as long as it is the session's.
  const mustCarry =
    made !== null && made === made.session.generations.at(-1) && made.session === request.holds
  assert.ok(
    !mustCarry || given.includes(made),
    'an answer left without the cookie of what it has done (law 9)',
  )
}

function assertStands(ledger: Ledger, request: Request, generation: Generation): void {
  const { session, cause } = generation
  const host = `${request.step.process} ${request.isSealing}`
  const isKnownEnded = session.endedFor.has(host)
  assert.ok(!isKnownEnded, 'a cookie left for a session that this process has ended (law 2)')
  const later = ledger.laterThan(generation)
  const isJoined = later[0]?.cause === 'join'
  const overtaking = later.find(({ cause: why, by, knownTick }, at) => {
    if (why === 'renewal' || (isJoined && at === 0)) return false
    return knownTick <= ledger.tick && by?.host === host
  })
  assert.ok(!overtaking, 'a cookie left that this process has overtaken by a later secret (law 6)')
  // Until then, no other process can have renewed it once more.
  const age = ledger.clock.now() - request.lastReadTime
  if (cause === 'renewal')
    assert.ok(age <= renewalOverlap + ledger.apart, 'a renewal left later than its overlap (law 6)')
}
