import assert from 'node:assert/strict'
import { isSessionError } from '../errors.ts'
import type { Session } from '../session.ts'
import { createSessions, type Sessions } from '../sessions.ts'
import type { SessionStore } from '../store.ts'
import { pairOf, type TestBrowser, testBrowser, type Visit } from './browser.ts'
import { type FakeClock, fakeClock } from './clock.ts'
import { type ModelHandle, SessionModel } from './model.ts'

/** One step of a run. `client` picks a browser, `slot` one of its requests in flight; both wrap around. */
export type Step =
  | { readonly do: 'open'; readonly client: number; readonly touch: boolean }
  | {
      readonly do: 'set'
      readonly client: number
      readonly slot: number
      readonly key: string
      readonly value: number
    }
  | { readonly do: 'unset'; readonly client: number; readonly slot: number; readonly key: string }
  | { readonly do: 'count'; readonly client: number; readonly slot: number }
  | { readonly do: 'login'; readonly client: number; readonly slot: number; readonly user: string }
  | { readonly do: 'regenerate'; readonly client: number; readonly slot: number }
  | { readonly do: 'logout'; readonly client: number; readonly slot: number }
  | { readonly do: 'respond'; readonly client: number; readonly slot: number }
  | { readonly do: 'steal'; readonly client: number; readonly from: number }
  | { readonly do: 'revoke'; readonly nth: number }
  | { readonly do: 'revokeUser'; readonly user: string; readonly except: number | null }
  | { readonly do: 'revokeAll' }
  | { readonly do: 'advance'; readonly ms: number }
  | { readonly do: 'sweep' }

type HandleStep = Extract<Step, { slot: number }>

interface InFlight {
  readonly visit: Visit<Record<string, unknown>>
  readonly handle: ModelHandle
}

const policy = { idleTimeout: 1000, absoluteTimeout: 5000, touchInterval: 100 }
const clientCount = 3

interface Run {
  readonly store: SessionStore
  readonly sessions: Sessions
  /** Those of a second process, which may be configured otherwise: every other client comes to it. */
  readonly others: Sessions
  readonly isHalfSealed: boolean
  readonly clock: FakeClock
  readonly model: SessionModel
  readonly clients: readonly { readonly browser: TestBrowser; readonly inFlight: InFlight[] }[]
  /** Every token that was ever issued, and every sid. */
  readonly tokens: Set<string>
  readonly sids: Set<string>
}

/**
 * Plays the steps on an empty store and on the model, with requests of several browsers open at the same time, and
 * compares after every step what every token ever issued opens. `sealed: 'half'`: one of two processes seals.
 * Rejects with an AssertionError at the first difference.
 */
export async function playInterleaving(
  store: SessionStore,
  steps: readonly Step[],
  { sealed = false }: { readonly sealed?: boolean | 'half' } = {},
): Promise<void> {
  const clock = fakeClock()
  const { idleTimeout, absoluteTimeout } = policy
  const sessionsOf = (sealed: boolean) =>
    createSessions({ store, idleTimeout, absoluteTimeout, sealed, now: clock.now, sweepInterval: false })
  const run: Run = {
    store,
    clock,
    sessions: sessionsOf(sealed !== false),
    others: sessionsOf(sealed === true),
    isHalfSealed: sealed === 'half',
    model: new SessionModel(policy, clock.now()),
    clients: Array.from({ length: clientCount }, () => ({ browser: testBrowser(), inFlight: [] })),
    tokens: new Set(),
    sids: new Set(),
  }
  for (const [index, step] of steps.entries()) {
    await play(run, step)
    await compare(run, `after step ${index} (${JSON.stringify(step)})`)
  }
}

async function play(run: Run, step: Step): Promise<void> {
  const { sessions, model, clock } = run
  if ('slot' in step) return playOnHandle(run, step)
  if (step.do === 'open') {
    const client = clientOf(run, step.client)
    const handle = model.open(client.browser.cookie, step.touch)
    const process = step.client % 2 === 0 ? sessions : run.others
    const visit = await client.browser.visit(process, { touch: step.touch })
    client.inFlight.push({ visit, handle })
    assertHandle(visit.session, handle)
  } else if (step.do === 'steal') {
    clientOf(run, step.client).browser.cookie = clientOf(run, step.from).browser.cookie
  } else if (step.do === 'revoke') {
    const sid = [...run.sids][step.nth % Math.max(1, run.sids.size)] ?? 'A'.repeat(20)
    await sessions.revoke(sid)
    model.revoke(sid)
  } else if (step.do === 'revokeUser') {
    const except =
      step.except === null ? null : ([...run.sids][step.except % Math.max(1, run.sids.size)] ?? null)
    await sessions.revokeUser(step.user, { except })
    model.revokeUser(step.user, except)
  } else if (step.do === 'revokeAll') {
    await sessions.revokeAll()
    model.revokeAll()
  } else if (step.do === 'advance') {
    clock.advance(step.ms)
    model.advance(step.ms)
  } else {
    await run.store.sweep?.(clock.now())
  }
}

async function playOnHandle(run: Run, step: HandleStep): Promise<void> {
  const client = clientOf(run, step.client)
  const found = client.inFlight[step.slot % Math.max(1, client.inFlight.length)]
  if (!found) return
  if (step.do === 'respond') {
    found.visit.respond()
    client.inFlight.splice(client.inFlight.indexOf(found), 1)
    return
  }
  const { visit, handle } = found
  const { session } = visit
  const outcome = await outcomeOf(perform(session, step))
  const token = visit.setCookies.map(pairOf).find((pair) => !pair.endsWith('=')) ?? ''
  if (token) run.tokens.add(token)
  if (session.sid) run.sids.add(session.sid)
  // Sealed by the other process under a secret that this request does not have: it cannot read what it would change.
  if (step.do === 'count' && outcome === 'session_superseded' && run.isHalfSealed) return
  const expected = expectation(run.model, handle, step, { sid: session.sid ?? '', token })
  assert.ok(
    expected.includes(outcome),
    `${JSON.stringify(step)} ended with ${outcome}, not ${expected.join(' or ')}`,
  )
  assertHandle(session, handle)
}

function perform(session: Session, step: HandleStep): Promise<unknown> {
  if (step.do === 'set') return session.set(step.key, step.value)
  if (step.do === 'unset') return session.delete(step.key)
  if (step.do === 'count') return session.update('count', (count) => Number(count ?? 0) + 1)
  if (step.do === 'login') return session.login(step.user)
  if (step.do === 'regenerate') return session.regenerate()
  return session.logout()
}

function expectation(
  model: SessionModel,
  handle: ModelHandle,
  step: HandleStep,
  started: { sid: string; token: string },
) {
  if (step.do === 'login') return [model.login(handle, step.user, started)]
  if (step.do === 'regenerate') return model.regenerate(handle, started)
  if (step.do === 'logout') return [model.logout(handle)]
  // Removing from a visitor's session stores nothing.
  if (step.do === 'unset' && handle.sid === null) return ['done']
  return [model.write(handle, (data) => change(data, step), started)]
}

function change(data: Record<string, unknown>, step: HandleStep): void {
  if (step.do === 'set') data[step.key] = step.value
  if (step.do === 'unset') delete data[step.key]
  if (step.do === 'count') data.count = Number(data.count ?? 0) + 1
}

async function outcomeOf(operation: Promise<unknown>): Promise<string> {
  try {
    await operation
    return 'done'
  } catch (error) {
    if (isSessionError(error)) return error.code
    throw error
  }
}

/** Every token ever issued opens exactly what the model says, and the lists agree. */
async function compare({ sessions, model, tokens }: Run, when: string): Promise<void> {
  for (const token of tokens) {
    const expected = model.sessionOf(token)
    const { session } = await testBrowser(token).visit(sessions, { touch: false })
    const seen = session.sid === null ? null : { sid: session.sid, userId: session.userId }
    assert.deepEqual(seen, expected && { sid: expected.sid, userId: expected.userId }, when)
    for (const key of ['a', 'b', 'count'])
      assert.deepEqual(session.get(key), expected?.data[key], `${key} ${when}`)
  }
  for (const user of ['alice', 'bob']) {
    const listed = (await sessions.list(user)).map(({ sid }) => sid).sort()
    assert.deepEqual(listed, model.liveSids(user), `list of ${user} ${when}`)
  }
}

function assertHandle(session: Session, handle: ModelHandle): void {
  assert.deepEqual([session.sid, session.userId], [handle.sid, handle.userId])
}

function clientOf(run: Run, index: number) {
  const client = run.clients[index % clientCount]
  assert.ok(client)
  return client
}
