import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { mintSecret } from '../../secret/token.ts'
import type { SessionRecord } from '../../store.ts'
import { counted, removed, removedAll, swept } from './rules/endings.ts'
import { ended } from './rules/outcomes.ts'
import { readStored } from './rules/sealing.ts'
import { assertStreams } from './rules/streams.ts'
import { created, updated } from './rules/transitions.ts'
import { type Action, describe } from './running/action.ts'
import type { Sent } from './running/browsers.ts'
import type { Call, Waiting } from './running/gate.ts'
import type { Lane } from './running/lane.ts'
import { Run } from './running/run.ts'
import { browsers, longestAnswer, longestOperation } from './settings.ts'
import type { Program, RequestStep, Step } from './step.ts'

/** What a run was, for who counts. */
export interface Played {
  readonly operations: number
}

const mostSteps = 10_000
// Of the session layer (request/handle.ts), with time to spare.
const stepsBeforeJitter = 2
const longestJitter = 100

/**
 * Plays a program on a lane: requests of several browsers, a thief and an administrator over two processes, whose
 * store operations happen in the order that the program says. Every operation must be one that somebody may do, and
 * every outcome one that the laws allow for what was true between its beginning and its end. Rejects with an
 * AssertionError at the first that is not.
 */
export async function playLifecycle(lane: Lane, { steps, ...settings }: Program): Promise<Played> {
  const run = new Run(lane, settings)
  let operations = 0
  lane.gate.observer = (action, call, result) => {
    operations++
    observe(run, action, call, result)
  }
  lane.gate.answered = (action, call, result) => heard(run, action, call, result)
  let where = ''
  try {
    for (const [at, step] of steps.entries()) {
      where = `step ${at} of ${steps.length}, ${step.do}`
      await play(run, step)
    }
    where = 'after the last step'
    await finish(run)
    return { operations }
  } catch (error) {
    if (error instanceof Error) error.message = `${error.message}\n  at ${where}`
    throw error
  } finally {
    run.hangUp()
    await lane.gate.clear()
    lane.gate.observer = () => undefined
    lane.gate.answered = () => undefined
    await lane.rest()
  }
}

async function play(run: Run, step: Step): Promise<void> {
  const { waiting } = run.lane.gate
  if (step.do === 'request') return send(run, step)
  if (step.do === 'measure') {
    return begin(run, () => run.measure(step.process, step.measure), step.isEager)
  }
  if (step.do === 'go') return go(run, nthOf(waiting, step.nth))
  if (step.do === 'fail') return go(run, nthOf(waiting, step.nth), step.isApplied ? 'after' : 'before')
  if (step.do === 'advance') return advance(run, step.ms)
  if (step.do === 'approach') {
    const point = nthOf(run.ledger.turningPoints(), step.nth) ?? 0
    return advance(run, Math.max(1, point - step.short - run.lane.clock.now()))
  }
  if (step.do === 'deploy') {
    if (run.settings.sealing === 'switching') run.isSealing[step.process] = !run.isSealing[step.process]
  } else if (step.do === 'steal') {
    const { cookie } = run.browsers.sends(step.client)
    if (cookie) run.browsers.loot.push(cookie)
  } else if (step.do === 'forge') {
    const { text } = mintSecret(run.sidOf(step.nth))
    run.browsers.loot.push(`__Host-session=${step.isMalformed ? text.slice(1) : text}`)
  } else if (step.do === 'restart') {
    run.browsers.restart(step.client, step.ago)
  } else if (step.do === 'step') {
    if (run.settings.clocks === 'apart') run.lane.clocks.step(step.process, step.by)
    run.noteTimes()
    run.ledger.tick++
    run.ledger.look()
  } else if (step.do === 'stop') {
    await stop(run, step.process)
    await settle(run)
  } else {
    const answer = nthOf(run.browsers.underWay, step.nth)
    if (!answer) return
    if (step.do === 'deliver') run.browsers.deliver(answer)
    else run.browsers.lose(answer)
  }
}

async function send(run: Run, step: RequestStep): Promise<void> {
  const isThief = step.client === browsers
  const stolen = nthOf(run.browsers.loot, step.loot)
  if (isThief && stolen === undefined) return
  const sent = isThief
    ? { cookie: stolen ?? null, isOld: true }
    : run.browsers.sends(step.client, step.sentAgo)
  const stored = step.page === 'own' ? null : run.cache.find(sent.cookie, run.lane.clock.now())
  if (stored) {
    run.browsers.deliver(stored, step.client)
    return
  }
  // Who stands still takes no request; the others of the site do.
  const process = run.lane.gate.isStopped(step.process) ? 1 - step.process : step.process
  await begin(run, () => run.request({ ...step, process }, sent, isThief), step.isEager)
}

/** One process at a time stands still. */
async function stop({ lane: { gate } }: Run, process: number): Promise<void> {
  if (gate.isStopped(process)) await gate.resume(process)
  else if (!gate.isStopped(1 - process)) gate.stop(process)
}

/** Starts something; an eager one goes on to its end before anything else happens. */
async function begin(run: Run, start: () => Promise<void>, isEager: boolean): Promise<void> {
  const { gate } = run.lane
  const before = new Set(gate.waiting)
  pass(run)
  let isDone = false
  const done = start().finally(() => {
    isDone = true
  })
  await settle(run)
  for (let at = 0; isEager && !isDone && at < mostSteps; at++) {
    const next = gate.waiting.find((entry) => !before.has(entry))
    // What it waits for was there before, or its process stands still.
    if (!next) break
    await go(run, next)
  }
  if (isDone) await done
  else done.catch(() => undefined)
}

async function go(run: Run, entry: Waiting | undefined, fault?: 'before' | 'after'): Promise<void> {
  if (!entry) return
  pass(run)
  if (fault && entry.parent) run.failLook(entry)
  await run.lane.gate.release(entry, entry.call.do === 'pause' ? undefined : fault)
  if (entry.action.refusals > stepsBeforeJitter && entry.call.do === 'update')
    await outlastJitter(run, entry.action)
  await settle(run)
}

/** Who met others again and again tries anew after a moment of real time, which would be in the midst of later steps. */
async function outlastJitter({ lane: { gate }, underWay }: Run, action: Action): Promise<void> {
  const since = performance.now()
  const isBack = () => !underWay.has(action) || gate.waiting.some((entry) => entry.action === action)
  await gate.idle()
  while (!isBack() && performance.now() - since < longestJitter) await setTimeout(1)
}

/** Every step takes a millisecond, so that no two sign-ins are of the same age. */
function pass(run: Run): void {
  run.lane.clock.advance(1)
  run.noteTimes()
  run.ledger.tick++
}

/** Once everything waits again: what is true now, and whether what ended meanwhile ended as it must. */
async function settle(run: Run): Promise<void> {
  await run.lane.gate.idle()
  run.ledger.look()
  readStored(run.ledger, run.wrappingKeys)
  for (const fault of run.faults.splice(0)) throw fault
  for (const result of run.results.splice(0)) ended(run, result)
  assertStreams(run, run.watched)
}

/** What is under way for as long as a store or a network may take goes on before the time passes. */
async function advance(run: Run, ms: number): Promise<void> {
  const { clock, gate } = run.lane
  const until = clock.now() + ms
  for (let at = 0; at < mostSteps; at++) {
    const late = gate.waiting.find(
      ({ call, issuedAt }) => call.do !== 'pause' && issuedAt + longestOperation < until,
    )
    if (!late) break
    await go(run, late)
  }
  for (const answer of run.browsers.underWay.filter(
    ({ request }) => request.leftTime + longestAnswer < until,
  ))
    run.browsers.deliver(answer)
  clock.advance(ms)
  run.noteTimes()
  run.ledger.tick++
  run.ledger.look()
}

/** Everything comes to its end; then every secret that was ever given out is tried. */
async function finish(run: Run): Promise<void> {
  const { gate } = run.lane
  for (const process of [0, 1]) await gate.resume(process)
  await settle(run)
  for (let at = 0; gate.waiting.length > 0 && at < mostSteps; at++) await go(run, gate.waiting[0])
  for (const answer of [...run.browsers.underWay]) run.browsers.deliver(answer)
  for (let client = 0; client < browsers; client++) {
    const sent = run.browsers.sends(client)
    if (sent.cookie) await look(run, sent, client)
  }
  for (const cookie of run.cookies) await look(run, { cookie, isOld: true }, browsers)
  for (const user of [0, 1]) await begin(run, () => run.measure(0, { do: 'list', user }), true)
}

async function look(run: Run, sent: Sent, client: number): Promise<void> {
  const quiet = { deeds: [], isParallel: false, isEager: true, answer: 'never' } as const
  const plain = { page: 'own', isUpgrade: false, sentAgo: 0 } as const
  const step = { do: 'request', client, loot: 0, process: 0, touch: false, ...quiet, ...plain } as const
  await begin(run, () => run.request(step, sent, client === browsers), true)
}

/** What a process knows of its own deeds. */
function heard(run: Run, action: Action, call: Call, result: unknown): void {
  const { sessions } = run.ledger
  if (call.do === 'update' && action.rotated) action.rotated.knownTick = run.ledger.tick
  if (call.do === 'delete' && (result === true || !call.guard))
    sessions.get(call.sid)?.endedFor.set(action.host, run.ledger.tick)
  if (call.do !== 'deleteAll') return
  for (const known of action.emptied) known.endedFor.set(action.host, run.ledger.tick)
}

function observe(run: Run, action: Action, call: Call, result: unknown): void {
  const { ledger } = run
  action.operations++
  if (action.kind === 'open') {
    const { cookie } = action.request
    action.request.lastReadTime = run.lane.clock.now()
    assert.match(
      cookie ?? '',
      /=[\w-]{64}$/,
      'a visitor, or a malformed token, cost an operation (laws 6, 7)',
    )
  }
  if (call.do === 'create') created(ledger, action, call.record)
  else if (call.do === 'update') updated(ledger, action, call, result === true)
  else if (call.do === 'delete') removed(ledger, action, call, result === true)
  else if (call.do === 'sweep') swept(ledger, call.now)
  else if (call.do === 'deleteAll') removedAll(ledger, action)
  else if (call.do === 'read') {
    const record = ledger.sessions.get(call.sid)?.record ?? null
    assert.ok(isDeepStrictEqual(result, record), `the store read another record, for ${describe(action)}`)
  } else if (call.do === 'list') {
    counted(ledger, action, run.settings.limit)
    action.records = result as readonly SessionRecord[]
    const records = [...ledger.sessions.values()].flatMap(({ record }) => record ?? [])
    const listed = records.filter(({ userId }) => userId === call.userId)
    assert.ok(
      isDeepStrictEqual(bySid(result as typeof listed), bySid(listed)),
      'the store listed other records',
    )
  }
}

function bySid<Item extends { readonly sid: string }>(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => (a.sid < b.sid ? -1 : 1))
}

function nthOf<Item>(items: readonly Item[], nth: number): Item | undefined {
  return items[nth % Math.max(1, items.length)]
}
