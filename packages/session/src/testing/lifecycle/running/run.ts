import type { KeyObject } from 'node:crypto'
import { isSessionError } from '../../../errors.ts'
import type { Exchange } from '../../../exchange.ts'
import type { Session } from '../../../session.ts'
import type { Sessions } from '../../../sessions.ts'
import { lawOf, type Scene } from '../rules/deeds.ts'
import { headLeft } from '../rules/heads.ts'
import { expiryOf, Ledger } from '../rules/ledger.ts'
import { assertLookedAt, doomedStreams, type Watched } from '../rules/streams.ts'
import type { CsrfToken, Surroundings } from '../rules/surroundings.ts'
import { wrappingKeyOf } from '../rules/unsealing.ts'
import { processes } from '../settings.ts'
import type { Deed, Measure, RequestStep, Settings } from '../step.ts'
import { type Action, type Request, type Result, running, type What } from './action.ts'
import { actionOf, type Circumstances, requestOf } from './beginnings.ts'
import { Browsers, type Sent } from './browsers.ts'
import type { Waiting } from './gate.ts'
import { cookieOf } from './head.ts'
import type { Lane } from './lane.ts'
import { lookAtStreams } from './looks.ts'
import { seenBy } from './seeing.ts'
import { SharedCache } from './shared-cache.ts'

/** One run: what its browsers hold, what is under way, and what is known to be true. */
export class Run implements Surroundings, Circumstances {
  readonly lane: Lane
  readonly settings: Settings
  readonly maxStale: number
  readonly ledger: Ledger
  readonly userIds: readonly string[]
  readonly browsers: Browsers
  readonly cache = new SharedCache()
  readonly watched = new Set<Watched>()
  /** Requests whose connection is open. */
  readonly open = new Set<Request>()
  /** What was wrong with heads that left. */
  readonly faults: unknown[] = []
  readonly underWay = new Set<Action>()
  readonly results: Result[] = []
  readonly excused = new Set<string>()
  readonly csrfTokens: CsrfToken[] = []
  /** Every cookie that any answer ever carried. */
  readonly cookies = new Set<string>()
  /** What they unwrap sealed sessions with, by the hashes of their secrets. */
  readonly wrappingKeys = new Map<string, KeyObject>()
  /** Which processes seal sessions. */
  readonly isSealing: boolean[]

  constructor(lane: Lane, settings: Settings) {
    this.lane = lane
    this.settings = settings
    this.maxStale = lane.maxStale
    this.ledger = new Ledger(lane.clocks, lane.maxStale, settings)
    this.browsers = new Browsers(this.ledger)
    const { sealing } = settings
    this.isSealing = Array.from(
      { length: processes },
      (_, nth) => sealing === 'on' || (sealing === 'switching' && nth === 0),
    )
    this.userIds = [`alice ${lane.runs}`, `bob ${lane.runs}`]
  }

  /** A request from its opening to its answer. Never rejects: what it did is judged by its actions. */
  async request(step: RequestStep, { cookie, isOld }: Sent, isThief: boolean): Promise<void> {
    const request = requestOf(this, step, { cookie, isOld }, isThief)
    const { presented } = request
    if (presented && isThief) presented.session.isShared = true
    this.open.add(request)
    const sessions = this.#process(step.process)
    const { touch } = step
    const session = await this.#act({ kind: 'open', request }, async () => {
      request.handle = await sessions.open(this.#exchange(request), { touch })
      return request.handle
    })
    if (session) {
      const scene: Scene = {
        sessions,
        userIds: this.userIds,
        pause: () => this.lane.gate.enter({ do: 'pause' }, async () => undefined),
        leaveHead: () => this.#leave(request),
        watch: (signal) => this.#watch(request, signal),
      }
      const perform = (deed: Deed) =>
        this.#act({ kind: 'deed', request, deed }, () => lawOf(deed).perform(session as Session, deed, scene))
      if (step.isParallel) await Promise.all(step.deeds.map(perform))
      else for (const deed of step.deeds) await perform(deed)
    }
    this.#leave(request)
    this.#close(request)
  }

  #watch(request: Request, signal: AbortSignal): void {
    const { holds: session } = request
    const fresh = { followTick: Number.POSITIVE_INFINITY, isUnsure: false, isOver: false }
    // After a logout, there is nothing to watch.
    if (session === null && signal.aborted && request.hasLeft) return
    const stream = { request, signal, session, sinceTick: this.ledger.tick, ...fresh }
    this.watched.add(stream)
  }

  #close(request: Request): void {
    request.isClosed = true
    this.open.delete(request)
    for (const callback of request.closing.splice(0)) callback()
  }

  /** The store does not answer who looks at streams. */
  failLook({ call, action }: Waiting): void {
    for (const stream of this.watched) {
      const isAsked = call.do === 'read' && stream.session?.sid === call.sid
      if (isAsked && stream.request.step.process === action.process) stream.isUnsure = true
    }
  }

  /** Every connection is closed. */
  hangUp(): void {
    for (const request of this.open) this.#close(request)
  }

  async measure(process: number, measure: Measure): Promise<void> {
    const sessions = this.#process(process)
    const { lane } = this
    await this.#act({ kind: 'measure', request: null, measure, process }, async () => {
      if (measure.do === 'revoke') return sessions.revoke(this.sidOf(measure.nth))
      if (measure.do === 'revokeUser') return sessions.revokeUser(this.userIds[measure.user] ?? '')
      if (measure.do === 'revokeAll') return sessions.revokeAll()
      if (measure.do === 'look') return
      if (measure.do === 'check') return this.#lookAtAll(process)
      if (measure.do === 'sweep') return lane.store.sweep?.(lane.clock.now())
      const listed = (await sessions.list(this.userIds[measure.user] ?? '')).map(({ sid }) => sid)
      const live =
        running.getStore()?.records.filter((record) => lane.clocks.of(process) < expiryOf(record)) ?? []
      const sids = live.map(({ sid }) => sid)
      if (listed.toSorted().join() !== sids.toSorted().join())
        throw new Error('list shows others than the live sessions')
    })
  }

  async #lookAtAll(process: number): Promise<void> {
    const doomed = doomedStreams(this, this.watched, process)
    const action = running.getStore()
    // A look begins when the time of the one before is over: what that still waits for is given up (law 8).
    for (const waiting of this.lane.gate.waiting) {
      const { parent, action: look } = waiting
      const isCheck = parent?.kind === 'measure' && parent.measure.do === 'check'
      if (isCheck && look.process === process) this.failLook(waiting)
    }
    lookAtStreams(this.lane, process)
    if (action) await this.lane.gate.quiet(action)
    assertLookedAt(doomed)
  }

  /** After every change of a clock: the times that the actions under way may write. */
  noteTimes(): void {
    for (const action of this.underWay) {
      const now = this.lane.clocks.of(action.process)
      action.lowest = Math.min(action.lowest, now)
      action.highest = Math.max(action.highest, now)
    }
  }

  /** The sid of a session that exists or existed. */
  sidOf(nth: number): string {
    const sids = [...this.ledger.sessions.keys()]
    return sids[nth % Math.max(1, sids.length)] ?? 'A'.repeat(20)
  }

  async #act<T>(what: What, perform: () => Promise<T>): Promise<T | null> {
    const action = actionOf(this, what)
    this.underWay.add(action)
    const settle = (outcome: string, value: unknown) => {
      this.underWay.delete(action)
      if (action.kind === 'open') action.request.admittedTick = this.ledger.tick
      const made = action.rotated ?? action.created?.generations[0]
      const held = action.request?.holds ?? null
      if (outcome === 'done' && made && action.request) {
        action.request.own.add(made)
        action.request.made = made
      }
      if (outcome === 'done' && what.kind === 'deed' && what.deed.do === 'logout')
        Object.assign(what.request, { holds: null, hasLeft: true })
      // The handle of a sign-in that failed half way stays what it was.
      if (outcome !== 'done' && action.created && action.request) action.request.holds = action.replaced
      this.results.push({ ...this.#resultOf(action, outcome, value), held })
    }
    try {
      const value = await running.run(action, perform)
      settle('done', value)
      return value
    } catch (error) {
      settle(isSessionError(error) ? error.code : String(error), null)
      return null
    }
  }

  #resultOf(action: Action, outcome: string, value: unknown): Omit<Result, 'held'> {
    const { request } = action
    const session = request?.handle ?? null
    const cookies = request?.head.standing() ?? []
    const result = {
      action,
      outcome,
      value,
      sid: session?.sid ?? null,
      time: this.lane.clocks.of(action.process),
      cookies,
    }
    return { ...result, seen: seenBy(session, action, this.csrfTokens) }
  }

  #exchange(request: Request): Exchange {
    const { head, step } = request
    return {
      method: 'GET',
      path: '/',
      header: (name) => ({ cookie: request.cookie, 'user-agent': `client ${step.client}` })[name] ?? null,
      get canSetCookie() {
        return !head.isOut && !step.isUpgrade
      },
      setCookie: (name, line, stands) => {
        head.setCookie(name, line, stands)
        const cookie = cookieOf(line)
        if (cookie !== null) this.#note(cookie)
      },
      setHeader: head.setHeader,
      encrypted: undefined,
      remoteAddress: undefined,
      onClose: (callback) => void (request.isClosed ? callback() : request.closing.push(callback)),
    }
  }

  #note(cookie: string): void {
    const generation = this.ledger.generationOf(cookie)
    this.cookies.add(cookie)
    if (!generation || this.settings.sealing === 'off' || this.wrappingKeys.has(generation.hash)) return
    this.wrappingKeys.set(generation.hash, wrappingKeyOf(cookie.slice(cookie.indexOf('=') + 1)))
    // It can be read with one token more.
    generation.session.readRecord = null
  }

  /** The head leaves: at the end of the request, if not before. */
  #leave(request: Request): void {
    if (request.head.isOut) return
    Object.assign(request, { headTick: this.ledger.tick, leftTime: this.lane.clock.now() })
    const answer = { request, cookies: request.head.leave() }
    this.cache.keep(answer, this.lane.clock.now())
    // Judged now, by what is known now; thrown when somebody looks.
    try {
      headLeft(this.ledger, answer)
    } catch (error) {
      this.faults.push(error)
    }
    const { answer: way } = request.step
    if (way === 'later') this.browsers.underWay.push(answer)
    else if (way === 'at once') this.browsers.deliver(answer)
  }

  #process(nth: number): Sessions {
    const sessions = this.lane.sessionsFor(this.settings, this.isSealing[nth] ?? false)[nth]
    if (!sessions) throw new Error(`there is no process ${nth}`)
    return sessions
  }
}
