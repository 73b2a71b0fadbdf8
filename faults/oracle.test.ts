import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Findings, type Window } from './findings.ts'
import type { Answer } from './http.ts'
import { Oracle, type Ticket } from './oracle.ts'
import { problemsOf } from './outcome.ts'

/** An oracle whose store has failed and is well again, and a session that began before. */
function scene({ maxStale, window }: { maxStale?: number; window?: Window } = {}) {
  const findings = new Findings()
  const oracle = new Oracle(findings, maxStale, window)
  const ticket = signedIn(oracle)
  const kinds = () => findings.wrongs.map(({ kind }) => kind)
  return { findings, oracle, ticket, kinds }
}

let issued = 0

function signedIn(oracle: Oracle): Ticket {
  const sid = `sid-${++issued}`
  const ticket = oracle.signedIn('ada', answer({ body: { user: 'ada', sid }, cookie: `${sid}-secret` }))
  assert.ok(ticket)
  return ticket
}

function answer(given: Partial<Answer> = {}): Answer {
  const now = performance.now()
  return { status: 200, body: {}, cookie: null, sentAt: now, answeredAt: now, path: '/me', ...given }
}

const loggedOut = () => answer({ path: '/log-out', cookie: '' })
const refused = () => answer({ status: 503 })
const visitor = () => answer({ body: { user: null, sid: null, count: null } })
const asAda = ({ sid }: Ticket, count: number | null = null) => answer({ body: { user: 'ada', sid, count } })

test('what is right is not found wrong', () => {
  const { oracle, ticket, kinds } = scene()
  oracle.looked(ticket, asAda(ticket))
  oracle.wrote(ticket, 1, answer())
  oracle.looked(ticket, asAda(ticket, 1))
  oracle.endAsked(ticket, loggedOut())
  oracle.looked(ticket, visitor())
  oracle.looked(ticket, refused())
  oracle.visited(visitor())
  oracle.guessed(visitor())
  assert.deepEqual(kinds(), [])
})

test('a session that has ended must not come back', () => {
  const { oracle, ticket, kinds } = scene()
  oracle.endAsked(ticket, loggedOut())
  oracle.looked(ticket, asAda(ticket))
  assert.deepEqual(kinds(), ['let in after its end'])
})

test('the old token must not come back after a rotation', () => {
  const { oracle, ticket, kinds } = scene()
  const rotated = oracle.rotated(ticket, answer({ path: '/rotate', cookie: 'another' }))
  assert.equal(rotated?.state, 'live')
  oracle.looked(ticket, asAda(ticket))
  assert.deepEqual(kinds(), ['let in after its end'])
})

test('a refused logout may have happened or not, and has happened once it was seen', () => {
  const { oracle, ticket, kinds } = scene()
  oracle.endAsked(ticket, refused())
  oracle.looked(ticket, asAda(ticket))
  oracle.looked(ticket, visitor())
  assert.deepEqual(kinds(), [])
  oracle.looked(ticket, asAda(ticket))
  assert.deepEqual(kinds(), ['let in after its end'])
})

test('nobody is signed out without an end', () => {
  const { oracle, ticket, kinds } = scene()
  oracle.looked(ticket, visitor())
  assert.deepEqual(kinds(), ['signed out without an end'])
})

test('nobody is taken for another', () => {
  const { oracle, ticket, kinds } = scene()
  oracle.looked(ticket, answer({ body: { user: 'bob', sid: ticket.sid } }))
  assert.deepEqual(kinds(), ['another user'])
})

test('a confirmed value is kept; a refused one may come late, and only once', () => {
  const { oracle, ticket, kinds } = scene()
  oracle.wrote(ticket, 1, answer())
  oracle.wrote(ticket, 2, refused())
  oracle.looked(ticket, asAda(ticket, 1))
  oracle.looked(ticket, asAda(ticket, 2))
  assert.deepEqual(kinds(), [])
  oracle.looked(ticket, asAda(ticket, 1))
  assert.deepEqual(kinds(), ['value lost'])
})

test('a write that was held open is not stored after the logout', () => {
  const { oracle, ticket, kinds } = scene()
  oracle.endAsked(ticket, loggedOut())
  oracle.wroteLate(ticket, 1, answer({ status: 401 }))
  assert.deepEqual(kinds(), [])
  oracle.wroteLate(ticket, 1, answer())
  assert.deepEqual(kinds(), ['write after the end'])
})

test('the list has every live session, and none that has ended', () => {
  const { oracle, ticket, kinds } = scene()
  const other = signedIn(oracle)
  oracle.listed(ticket, [ticket, other], answer({ body: { sids: [ticket.sid] } }))
  assert.deepEqual(kinds(), ['missing in the list'])
  oracle.endAsked(other, loggedOut(), ticket)
  oracle.listed(ticket, [ticket], answer({ body: { sids: [ticket.sid, other.sid] } }))
  assert.deepEqual(kinds(), ['missing in the list', 'ended but listed'])
})

test('visitors are served, tokens of nobody are not let in, and neither gets a cookie', () => {
  const { oracle, kinds } = scene()
  oracle.visited(refused())
  oracle.guessed(answer({ body: { user: 'ada' } }))
  oracle.guessed({ ...visitor(), cookie: 'a new one' })
  oracle.guessed({ ...refused(), cookie: 'a new one' })
  const cookies = ['cookie without need', 'cookie without need'] as const
  assert.deepEqual(kinds(), ['visitor not served', 'unknown token let in', ...cookies])
})

test('while the store is silent, nobody can be let in', () => {
  const { oracle, ticket, kinds } = scene()
  oracle.timeline.strikeBegins()
  oracle.timeline.strikeEnds(true)
  oracle.looked(ticket, asAda(ticket))
  assert.deepEqual(kinds(), ['let in unasked'])
  oracle.timeline.healBegins()
  oracle.looked(ticket, asAda(ticket))
  assert.equal(kinds().length, 1)
})

test('a cache may be as old as it says, and no older', () => {
  const { oracle, ticket, kinds, findings } = scene({ maxStale: 1000 })
  oracle.endAsked(ticket, loggedOut())
  // A whole number: of two fractions of milliseconds, the difference is not exact.
  ticket.since = Math.ceil(ticket.since)
  oracle.looked(ticket, { ...asAda(ticket), sentAt: ticket.since + 999 })
  assert.deepEqual([findings.stale, kinds()], [1, []])
  oracle.looked(ticket, { ...asAda(ticket), sentAt: ticket.since + 1000 })
  assert.deepEqual(kinds(), ['let in after its end'])
})

test('what a documented window allows is counted apart, and only there', () => {
  const window = { name: 'a window', ms: 1000 }
  const { oracle, ticket: ended, kinds, findings } = scene({ window })
  const gone = signedIn(oracle)
  const early = signedIn(oracle)
  early.since -= 2000
  oracle.endAsked(ended, loggedOut())
  oracle.timeline.strikeBegins()
  oracle.timeline.strikeEnds(false)
  oracle.looked(ended, asAda(ended))
  oracle.looked(gone, visitor())
  assert.deepEqual([findings.returned, findings.lost, kinds()], [[ended.sid], [gone.sid], []])
  oracle.looked(early, visitor())
  assert.deepEqual(kinds(), ['signed out without an end'])
})

test('where endings hold, a confirmed one does not come back, and a refused one may', () => {
  const { oracle, ticket, kinds, findings } = scene({
    window: { name: 'a window', ms: 1000, endingsHold: true },
  })
  const refusedOne = signedIn(oracle)
  oracle.endAsked(ticket, loggedOut())
  oracle.endAsked(refusedOne, refused())
  oracle.looked(refusedOne, visitor())
  oracle.timeline.strikeBegins()
  oracle.timeline.strikeEnds(false)
  oracle.looked(refusedOne, asAda(refusedOne))
  assert.deepEqual([findings.undone, kinds()], [[refusedOne.sid], []])
  oracle.looked(ticket, asAda(ticket))
  assert.deepEqual(kinds(), ['let in after its end'])
})

test('a request that waits beyond the deadline, and a window that was not seen, are problems', () => {
  const window = { name: 'a window', ms: 0, isShown: true }
  const fault = { id: 'x', title: '', store: '', client: '', window, build: () => Promise.reject() }
  const settings = { store: { kind: 'memory' }, storeTimeout: 400 } as const
  const figures = { sent: 1, refused: 0, longestWait: 5000, slowest: '/me', recovery: { first: 0, all: 0 } }
  const problems = problemsOf({ fault, settings, findings: new Findings(), ...figures })
  assert.match(problems.join('\n'), /waited 5000 ms[\s\S]*shows nothing/)
})
