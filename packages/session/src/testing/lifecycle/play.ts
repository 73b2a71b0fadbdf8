import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { mintSecret } from '../../request/token.ts'
import { counted, removed, removedAll, swept } from './rules/endings.ts'
import { ended } from './rules/outcomes.ts'
import { readStored } from './rules/sealing.ts'
import { created, updated } from './rules/transitions.ts'
import { type Action, describe } from './running/action.ts'
import type { Call, Waiting } from './running/gate.ts'
import type { Lane } from './running/lane.ts'
import { Run } from './running/run.ts'
import { browsers, longestAnswer, longestRequest } from './settings.ts'
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
    await lane.gate.clear()
    lane.gate.observer = () => undefined
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
    const cookie = run.jars[step.client]
    if (cookie) run.loot.push(cookie)
  } else if (step.do === 'forge') {
    const { text } = mintSecret(run.sidOf(step.nth))
    run.loot.push(`__Host-session=${step.isMalformed ? text.slice(1) : text}`)
  } else {
    const answer = nthOf(run.answers, step.nth)
    if (!answer) return
    run.answers.splice(run.answers.indexOf(answer), 1)
    if (step.do === 'deliver') run.deliver(answer)
  }
}

async function send(run: Run, step: RequestStep): Promise<void> {
  const isThief = step.client === browsers
  const cookie = isThief ? nthOf(run.loot, step.loot) : run.jars[step.client]
  if (isThief && cookie === undefined) return
  await begin(run, () => run.request(step, cookie ?? null, isThief), step.isEager)
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
    await go(
      run,
      gate.waiting.find((entry) => !before.has(entry)),
    )
  }
  if (isDone) await done
  else done.catch(() => undefined)
}

async function go(run: Run, entry: Waiting | undefined, fault?: 'before' | 'after'): Promise<void> {
  if (!entry) return
  pass(run)
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
  run.ledger.tick++
}

/** Once everything waits again: what is true now, and whether what ended meanwhile ended as it must. */
async function settle(run: Run): Promise<void> {
  await run.lane.gate.idle()
  run.ledger.look()
  readStored(run.ledger, run.wrappingKeys)
  for (const result of run.results.splice(0)) ended(run, result)
}

/** What is under way for as long as a network may take goes on before the time passes. */
async function advance(run: Run, ms: number): Promise<void> {
  const { clock, gate } = run.lane
  const until = () => clock.now() + ms
  for (let at = 0; at < mostSteps; at++) {
    const late = gate.waiting.find(({ action, call }) =>
      call.do === 'pause' || action.startTime + longestRequest >= until()
        ? action.request !== null && isLate(action.request.cookieAt)
        : true,
    )
    if (!late) break
    await go(run, late)
  }
  function isLate(cookieAt: number | null): boolean {
    return cookieAt !== null && cookieAt + longestAnswer < until()
  }
  for (const answer of run.answers.filter(({ request }) => isLate(request.cookieAt))) {
    run.answers.splice(run.answers.indexOf(answer), 1)
    run.deliver(answer)
  }
  clock.advance(ms)
  run.ledger.tick++
  run.ledger.look()
}

/** Everything comes to its end; then every secret that was ever given out is tried. */
async function finish(run: Run): Promise<void> {
  const { gate } = run.lane
  for (let at = 0; gate.waiting.length > 0 && at < mostSteps; at++) await go(run, gate.waiting[0])
  for (const answer of run.answers.splice(0)) run.deliver(answer)
  for (const [client, cookie] of run.jars.entries()) if (cookie) await look(run, cookie, client)
  for (const cookie of run.cookies) await look(run, cookie, browsers)
  for (const user of [0, 1]) await begin(run, () => run.measure(0, { do: 'list', user }), true)
}

async function look(run: Run, cookie: string, client: number): Promise<void> {
  const quiet = { deeds: [], isParallel: false, isEager: true, answer: 'never' } as const
  const step = { do: 'request', client, loot: 0, process: 0, touch: false, ...quiet } as const
  await begin(run, () => run.request(step, cookie, client === browsers), true)
}

function observe(run: Run, action: Action, call: Call, result: unknown): void {
  const { ledger } = run
  if (action.kind === 'open') {
    const { cookie } = action.request
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
  else if (call.do === 'deleteAll') removedAll(ledger)
  else if (call.do === 'read') {
    const record = ledger.sessions.get(call.sid)?.record ?? null
    assert.ok(isDeepStrictEqual(result, record), `the store read another record, for ${describe(action)}`)
  } else if (call.do === 'list') {
    counted(ledger, action, run.settings.limit)
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
