import assert from 'node:assert/strict'
import { createSessions, type Sessions } from '../sessions.ts'
import type { SessionStore } from '../store.ts'
import { pairOf, testBrowser, type Visit } from './browser.ts'
import { type FakeClock, fakeClock } from './clock.ts'
import type { LawOptions } from './law.ts'

/** One step of a run. `nth` picks a request or an answer that is under way; it wraps around. */
export type TheftStep =
  | { readonly do: 'send' }
  | { readonly do: 'arrive'; readonly nth: number }
  | { readonly do: 'respond'; readonly nth: number }
  | { readonly do: 'lose'; readonly nth: number }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'steal' }
  | { readonly do: 'thiefUses'; readonly adopts: boolean }

const renewalInterval = 1000
const renewalOverlap = 100
// What the design takes for granted of a network: a request is under way for less than the overlap, and an answer
// for less than the time between two renewals.
const longestRequest = renewalOverlap - 1
const longestAnswer = renewalInterval - longestRequest - 1

const cart = ['tea']

interface Run {
  readonly sessions: Sessions
  readonly clock: FakeClock
  /** The one browser's cookie, shared by all its tabs, and the thief's copy of it. */
  jar: string
  stolen: string | null
  readonly requests: { readonly cookie: string; readonly sentAt: number }[]
  readonly answers: { readonly cookies: readonly string[]; readonly sentAt: number }[]
  /** Every secret of the session in the order they were issued, and when each was used for the first time. */
  readonly generations: { readonly cookie: string; usedAt: number | null }[]
  /** Whether a thief may have taken over the browser's session: it can then be signed out with good reason. */
  isShared: boolean
  isEnded: boolean
  reuses: number
}

/**
 * Plays one browser with many requests at once over a network that delays and loses answers, and a thief. Rejects
 * with an AssertionError where the browser is signed out although no secret was used twice, or where a secret that
 * its successor replaced is used and the session lives on.
 */
export async function playTheft(
  store: SessionStore,
  steps: readonly TheftStep[],
  { sealed = false }: LawOptions = {},
): Promise<void> {
  const clock = fakeClock()
  const sessions = createSessions({
    store,
    idleTimeout: '1d',
    absoluteTimeout: '30d',
    renewalInterval,
    renewalOverlap,
    sealed,
    now: clock.now,
    sweepInterval: false,
  })
  const browser = testBrowser()
  const login = await browser.visit(sessions)
  await login.session.set('cart', cart)
  await login.session.login('alice')
  login.respond()
  const run: Run = {
    sessions,
    clock,
    jar: browser.cookie ?? '',
    stolen: null,
    requests: [],
    answers: [],
    generations: [{ cookie: browser.cookie ?? '', usedAt: null }],
    isShared: false,
    isEnded: false,
    reuses: 0,
  }
  sessions.on('authn_token_reuse', () => run.reuses++)
  for (const step of steps) await play(run, step)
  while (run.requests.length > 0) await arrive(run, 0)
  await settle(run)
}

async function play(run: Run, step: TheftStep): Promise<void> {
  const { clock, requests, answers } = run
  if (step.do === 'send') requests.push({ cookie: run.jar, sentAt: clock.now() })
  else if (step.do === 'arrive') await arrive(run, step.nth)
  else if (step.do === 'respond') respond(run, step.nth)
  else if (step.do === 'lose') answers.splice(step.nth % Math.max(1, answers.length), 1)
  else if (step.do === 'advance') await advance(run, step.ms)
  else if (step.do === 'steal') run.stolen = run.jar
  else await thiefUses(run, step.adopts)
}

/** What is under way when time passes arrives before it has been so for longer than a network may take. */
async function advance(run: Run, ms: number): Promise<void> {
  const until = run.clock.now() + ms
  for (const late of run.requests.filter(({ sentAt }) => sentAt + longestRequest < until)) {
    await arrive(run, run.requests.indexOf(late))
  }
  for (const late of run.answers.filter(({ sentAt }) => sentAt + longestAnswer < until)) {
    respond(run, run.answers.indexOf(late))
  }
  run.clock.advance(ms)
}

async function arrive(run: Run, nth: number): Promise<void> {
  const [request] = run.requests.splice(nth % Math.max(1, run.requests.length), 1)
  if (!request) return
  const { visit, isGood } = await present(run, request.cookie)
  assert.ok(isGood || run.isShared || run.isEnded, 'the browser was signed out without a reason')
  run.answers.push({ cookies: visit.setCookies.map(pairOf), sentAt: run.clock.now() })
}

function respond(run: Run, nth: number): void {
  const [answer] = run.answers.splice(nth % Math.max(1, run.answers.length), 1)
  for (const cookie of answer?.cookies ?? []) run.jar = cookie
}

async function thiefUses(run: Run, adopts: boolean): Promise<void> {
  if (run.stolen === null) return
  run.isShared = true
  const { visit } = await present(run, run.stolen)
  if (adopts) run.stolen = visit.setCookies.map(pairOf)[0] ?? run.stolen
}

/** Presents a secret to the server, and says what had to come of it from the secrets' history alone. */
async function present(run: Run, cookie: string): Promise<{ visit: Visit<object>; isGood: boolean }> {
  const now = run.clock.now()
  const place = run.generations.findIndex((generation) => generation.cookie === cookie)
  const isCurrent = place === run.generations.length - 1
  const successor = run.generations[place + 1]
  const isBeforeCurrent = place === run.generations.length - 2
  const isInTime = successor?.usedAt === null || now < (successor?.usedAt ?? 0) + renewalOverlap
  const isGood = !run.isEnded && (isCurrent || (isBeforeCurrent && isInTime))
  const reuses = run.reuses
  const visit = await testBrowser(cookie).visit(run.sessions)
  assert.equal(visit.session.userId, isGood ? 'alice' : null)
  assert.deepEqual(visit.session.get('cart'), isGood ? cart : undefined)
  assert.equal(run.reuses - reuses, isGood || run.isEnded ? 0 : 1, 'events for a secret that was replaced')
  if (!isGood) run.isEnded = true
  const own = run.generations[place]
  if (isGood && own) own.usedAt ??= now
  for (const issued of visit.setCookies.map(pairOf)) {
    if (!run.generations.some((generation) => generation.cookie === issued)) {
      run.generations.push({ cookie: issued, usedAt: null })
    }
  }
  return { visit, isGood }
}

/** In the end, the browser is in, or the session has ended for everybody. */
async function settle(run: Run): Promise<void> {
  const listed = await run.sessions.list('alice')
  assert.equal(listed.length, run.isEnded ? 0 : 1)
  if (run.isEnded) assert.ok(run.isShared, 'the session ended although nobody shared it')
}
