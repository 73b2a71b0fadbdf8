import type { ServerResponse } from 'node:http'
import { isSessionError } from '../errors.ts'
import { onHeadChange } from './failure-begun.ts'

/** What an answer waits for. */
export interface Settling {
  /** What must be done before what the application sends goes out; null where there is nothing to wait for. May throw. */
  settle(): Promise<void> | null
  /**
   * It could not be done. Nothing of the answer is out where `canAnswer`, and what it was is forgotten; otherwise the
   * connection is cut.
   */
  failed(error: unknown, canAnswer: boolean): void
}

/** Methods by which an answer goes out. */
type Sending = 'writeHead' | 'write' | 'end' | 'flushHeaders'

/**
 * - `open`: the application has sent nothing yet
 * - `held`: it has, and that waits
 * - `flowing`: the head is out, and the end is not
 * - `done`: nothing more is waited for
 */
type State = 'open' | 'held' | 'flowing' | 'done'

interface Holding {
  readonly settling: Settling
  readonly base: Pick<Holder, Sending | 'on'> & { readonly implicit: (() => void) | undefined }
  state: State
  /** The application has ended its answer: what it sends after that is nothing, as with express-session. */
  isEnded: boolean
  /** The answer is that of an error by now: what stood around this one has a part of what is not to be sent. */
  hasFailed: boolean
  calls: (readonly [Sending, unknown[]])[]
  isHeadHeld: boolean
  /** What stood under the names that are masked. */
  masked: Map<string, PropertyDescriptor | undefined>
  isDrainAwaited: boolean
  /** Who waits for a `drain` of somebody who takes such listeners to a stream of his own, as a compression does. */
  drains: (() => void)[]
  /** How often it was asked what there is to do. */
  rounds: number
  status: { readonly code: number; readonly message: string }
}

// At the head, at the end, and for what came while that waited: nobody has the server wait for ever.
const mostRounds = 4

const holding = Symbol('latchkey held answer')

type Method = (...args: unknown[]) => unknown

interface Holder {
  [holding]: Holding
  writeHead: Method
  write: Method
  end: Method
  flushHeaders: Method
  _implicitHeader?: () => void
  on: Method
  statusCode: number
  statusMessage: string
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly writableNeedDrain: boolean
  readonly destroyed: boolean
  destroy(): void
  emit(event: string): boolean
  listeners(event: string): unknown[]
  getHeaderNames(): string[]
  removeHeader(name: string): void
}

/**
 * Lets an answer wait for what `settle` has to do: the head, where it is not out yet, and otherwise the end. The first of
 * `writeHead`, `write`, `end` and `flushHeaders` asks for it, also from a pipe; what comes meanwhile is held in its order,
 * and the answer looks to the application as if it were on its way.
 */
export function holdAnswer(res: ServerResponse, settling: Settling): void {
  const holder = res as unknown as Holder
  const { writeHead, write, end, flushHeaders, _implicitHeader: implicit, on } = holder
  holder[holding] = {
    settling,
    base: { writeHead, write, end, flushHeaders, implicit, on },
    state: 'open',
    isEnded: false,
    hasFailed: false,
    calls: [],
    isHeadHeld: false,
    masked: new Map(),
    isDrainAwaited: false,
    drains: [],
    rounds: 0,
    status: { code: 200, message: '' },
  }
  // The same functions for all answers, as in node-head.ts.
  Object.assign(holder, { writeHead: heldWriteHead, write: heldWrite, end: heldEnd, flushHeaders: heldFlush })
  // By which middleware that compresses writes the head.
  if (implicit) holder._implicitHeader = heldImplicitHeader
  if (Object.hasOwn(holder, 'on')) holder.on = heldOn
}

/** Whether a cookie can still be set in this answer; undefined where it is not held. */
export function canHeldTakeCookie(res: ServerResponse): boolean | undefined {
  const held = (res as unknown as Partial<Holder>)[holding]
  return held?.state === 'held' && held.isHeadHeld ? !res.destroyed : undefined
}

function heldWriteHead(this: Holder, ...args: unknown[]): unknown {
  return isTooLate(this[holding]) && this.headersSent ? this : sent(this, 'writeHead', args)
}

function heldWrite(this: Holder, ...args: unknown[]): unknown {
  const { isEnded, hasFailed } = this[holding]
  return isEnded || hasFailed ? false : sent(this, 'write', args)
}

function heldEnd(this: Holder, ...args: unknown[]): unknown {
  const { isEnded, hasFailed } = this[holding]
  return isEnded || hasFailed ? this : sent(this, 'end', args)
}

function heldFlush(this: Holder, ...args: unknown[]): unknown {
  return isTooLate(this[holding]) ? undefined : sent(this, 'flushHeaders', args)
}

// Under the names `write` and `end` once the answer is that of an error: the former ones are in the hands of what stood
// around the answer before, as a compression does, and which knows nothing of it.
function failureWrite(this: Holder, ...args: unknown[]): unknown {
  return this[holding].isEnded ? false : sent(this, 'write', args)
}

function failureEnd(this: Holder, ...args: unknown[]): unknown {
  return this[holding].isEnded ? this : sent(this, 'end', args)
}

/** Whether somebody goes on with an answer in whose place that of an error has gone out. */
function isTooLate({ isEnded, hasFailed }: Holding): boolean {
  return isEnded && hasFailed
}

function heldOn(this: Holder, ...args: unknown[]): unknown {
  const [event, listener] = args
  if (event === 'drain') this[holding].drains.push(listener as () => void)
  return this[holding].base.on.apply(this, args)
}

function heldImplicitHeader(this: Holder): void {
  const { state, base } = this[holding]
  if (state === 'open') this.writeHead(this.statusCode)
  else if (state !== 'held') base.implicit?.call(this)
}

function sent(res: Holder, call: Sending, args: unknown[]): unknown {
  const held = res[holding]
  if (held.state === 'held') return hold(res, held, call, args)
  const asks = held.state === 'open' || (held.state === 'flowing' && call === 'end')
  if (!asks || held.rounds >= mostRounds) return pass(res, held, call, args)
  held.rounds++
  const work = settled(held)
  if (!work) {
    held.state = call === 'end' ? 'done' : 'flowing'
    return pass(res, held, call, args)
  }
  held.status = { code: res.statusCode, message: res.statusMessage }
  if (held.state === 'open') mask(res, held)
  held.state = 'held'
  work.then(
    () => release(res, held),
    (error) => fail(res, held, error),
  )
  return hold(res, held, call, args)
}

/** Also what fails at once is waited for: whoever sends has more to send, which would meet the answer of the error. */
function settled({ settling }: Holding): Promise<void> | null {
  try {
    return settling.settle()
  } catch (error) {
    return Promise.reject(error)
  }
}

function pass(res: Holder, held: Holding, call: Sending, args: unknown[]): unknown {
  const result = held.base[call].apply(res, args)
  // Not before: Node's own `end` may write by the methods above.
  if (call === 'end') held.isEnded = true
  return result
}

function hold(res: Holder, held: Holding, call: Sending, args: unknown[]): unknown {
  if (call === 'writeHead' && held.calls.length > 0) throw headersSent('write')
  held.calls.push([call, args])
  if (call === 'end') {
    held.isEnded = true
    maskOne(res, held, 'writableEnded', { get: () => true })
  }
  if (call !== 'write') return res
  held.isDrainAwaited = true
  return false
}

function release(res: Holder, held: Holding): void {
  const { calls, status } = held
  unmask(res, held)
  held.state = 'flowing'
  held.isEnded = false
  held.calls = []
  res.statusCode = status.code
  res.statusMessage = status.message
  try {
    // The end asks once more: the session may have changed while this was held.
    for (const [call, args] of calls) sent(res, call, args)
  } catch (error) {
    // What Node would have told the application at once: a header that cannot be, a chunk of the wrong type.
    fail(res, held, error, calls)
    return
  }
  const isOver = held.calls.length > 0 || res.writableEnded || res.writableNeedDrain
  const isAwaited = held.isDrainAwaited && !isOver
  held.isDrainAwaited = false
  if (!isAwaited) return
  const elsewhere = held.drains.filter((listener) => !res.listeners('drain').includes(listener))
  res.emit('drain')
  for (const listener of elsewhere) listener.call(res)
}

function fail(res: Holder, held: Holding, error: unknown, calls = held.calls): void {
  const isUnderWay = calls.length > 0 && !calls.some(([call]) => call === 'end')
  unmask(res, held)
  held.state = 'done'
  held.isEnded = false
  held.hasFailed = true
  held.calls = []
  if (res.headersSent || res.destroyed) {
    res.destroy()
    held.settling.failed(error, false)
    return
  }
  for (const name of res.getHeaderNames()) if (isOfBody.test(name)) res.removeHeader(name)
  res.statusCode = (isSessionError(error) && error.status) || 500
  res.statusMessage = ''
  Object.assign(res, { write: failureWrite, end: failureEnd })
  let isAnswering = false
  const begun = () => {
    isAnswering = true
    held.isEnded = false
  }
  if (isUnderWay) onHeadChange(res, begun)
  held.settling.failed(error, true)
  // Until the error is answered, what comes is more of the answer that has failed.
  if (isUnderWay && !isAnswering) held.isEnded = true
}

// Of the answer that does not go out; its cookies stay.
const isOfBody =
  /^(content-|etag$|last-modified$|location$|cache-control$|expires$|accept-ranges$|transfer-encoding$)/i

/** The head is on its way as far as the application can see. */
function mask(res: Holder, held: Holding): void {
  held.isHeadHeld = true
  maskOne(res, held, 'headersSent', { get: () => true })
  for (const verb of ['set', 'append', 'remove']) {
    const value = () => {
      throw headersSent(verb)
    }
    maskOne(res, held, `${verb}Header`, { writable: true, value })
  }
}

function maskOne(res: Holder, { masked }: Holding, name: string, by: PropertyDescriptor): void {
  if (!masked.has(name)) masked.set(name, Object.getOwnPropertyDescriptor(res, name))
  Object.defineProperty(res, name, { ...by, configurable: true })
}

function unmask(res: Holder, held: Holding): void {
  held.isHeadHeld = false
  for (const [name, before] of held.masked) {
    if (before) Object.defineProperty(res, name, before)
    else Reflect.deleteProperty(res, name)
  }
  held.masked.clear()
}

/** As Node has it. */
function headersSent(verb: string): Error {
  const error = new Error(`Cannot ${verb} headers after they are sent to the client`)
  return Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' })
}
