import type { KeyObject } from 'node:crypto'
import { isSessionError } from '../../../errors.ts'
import type { Exchange } from '../../../exchange.ts'
import type { Session } from '../../../session.ts'
import type { Sessions } from '../../../sessions.ts'
import { pairOf } from '../../browser.ts'
import { lawOf, privilege, type Scene } from '../rules/deeds.ts'
import { Ledger } from '../rules/ledger.ts'
import type { CsrfToken, Surroundings } from '../rules/surroundings.ts'
import { wrappingKeyOf } from '../rules/unsealing.ts'
import { browsers, processes } from '../settings.ts'
import type { Deed, Measure, RequestStep, Settings } from '../step.ts'
import { type Action, type Request, type Result, running, type SeenView, type What } from './action.ts'
import type { Lane } from './lane.ts'

/** Cookies of an answer that the browser has not got yet; null removes the cookie. */
export interface Answer {
  readonly request: Request
  readonly cookies: readonly (string | null)[]
}

/** One run: what its browsers hold, what is under way, and what is known to be true. */
export class Run implements Surroundings {
  readonly lane: Lane
  readonly settings: Settings
  readonly maxStale: number
  readonly ledger: Ledger
  readonly userIds: readonly string[]
  readonly jars: (string | null)[] = Array.from({ length: browsers }, () => null)
  /** Every cookie that the thief ever got hold of. */
  readonly loot: string[] = []
  readonly requests: Request[] = []
  readonly answers: Answer[] = []
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
    this.ledger = new Ledger(lane.clock, lane.maxStale)
    const { sealing } = settings
    this.isSealing = Array.from(
      { length: processes },
      (_, nth) => sealing === 'on' || (sealing === 'switching' && nth === 0),
    )
    this.userIds = [`alice ${lane.runs}`, `bob ${lane.runs}`]
  }

  /** A request from its opening to its answer. Never rejects: what it did is judged by its actions. */
  async request(step: RequestStep, cookie: string | null, isThief: boolean): Promise<void> {
    const presented = cookie === null ? null : this.ledger.generationOf(cookie)
    const named = cookie === null ? null : this.ledger.namedBy(cookie)
    if (presented && isThief) presented.session.isShared = true
    const request: Request = {
      ...{ step, isThief, cookie, presented, named, isLost: null },
      isSealing: this.isSealing[step.process] ?? false,
      tokenReuseEnds: this.settings.tokenReuseEnds,
      setCookies: new Map(),
      openedTick: this.ledger.tick,
      openedTime: this.lane.clock.now(),
      admittedTick: Number.POSITIVE_INFINITY,
      handle: null,
      holds: null,
      own: new Set(presented ? [presented] : []),
      epoch: 0,
      cookieAt: null,
      isFinished: false,
    }
    this.requests.push(request)
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
      }
      const perform = (deed: Deed) =>
        this.#act({ kind: 'deed', request, deed }, () => lawOf(deed).perform(session as Session, deed, scene))
      if (step.isParallel) await Promise.all(step.deeds.map(perform))
      else for (const deed of step.deeds) await perform(deed)
    }
    this.#finish(request)
  }

  async measure(process: number, measure: Measure): Promise<void> {
    const sessions = this.#process(process)
    const { ledger, lane } = this
    await this.#act({ kind: 'measure', request: null, measure }, async () => {
      if (measure.do === 'revoke') return sessions.revoke(this.sidOf(measure.nth))
      if (measure.do === 'revokeUser') return sessions.revokeUser(this.userIds[measure.user] ?? '')
      if (measure.do === 'revokeAll') return sessions.revokeAll()
      if (measure.do === 'sweep') return lane.store.sweep?.(lane.clock.now())
      const user = this.userIds[measure.user] ?? ''
      const listed = (await sessions.list(user)).map(({ sid }) => sid).toSorted()
      const live = ledger.liveOf(user).map(({ sid }) => sid)
      if (listed.join() !== live.toSorted().join())
        throw new Error('list shows others than the live sessions')
    })
  }

  /** The sid of a session that exists or existed. */
  sidOf(nth: number): string {
    const sids = [...this.ledger.sessions.keys()]
    return sids[nth % Math.max(1, sids.length)] ?? 'A'.repeat(20)
  }

  async #act<T>(what: What, perform: () => Promise<T>): Promise<T | null> {
    const action = this.#begin(what)
    this.underWay.add(action)
    const settle = (outcome: string, value: unknown) => {
      this.underWay.delete(action)
      if (action.kind === 'open') action.request.admittedTick = this.ledger.tick
      const made = action.rotated ?? action.created?.generations[0]
      const held = action.request?.holds ?? null
      if (outcome === 'done' && made) action.request?.own.add(made)
      if (outcome === 'done' && what.kind === 'deed' && what.deed.do === 'logout') what.request.holds = null
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

  #begin(what: What): Action {
    const { ledger, lane } = this
    const handle = what.request?.handle ?? null
    const name = what.kind === 'open' ? 'open' : what.kind === 'deed' ? what.deed : what.measure
    const userId = name === 'open' ? null : 'user' in name ? (this.userIds[name.user] ?? '') : handle?.userId
    const sid = name !== 'open' && name.do === 'revoke' ? this.sidOf(name.nth) : handle?.sid
    const action: Action = {
      ...what,
      userId: userId ?? null,
      sid: sid ?? null,
      startTick: ledger.tick,
      startTime: lane.clock.now(),
      held: what.request?.holds ?? null,
      heldUserId: handle?.userId ?? null,
      doomed: [],
      ...{
        replaced: null,
        isFailed: false,
        isFailedLate: false,
        isWarned: false,
        isApplied: false,
        created: null,
        rotated: null,
      },
      ...{ mayEvict: new Set(), mayRefuse: false, refusals: 0, listed: [], events: [], expectedEvents: [] },
    }
    return { ...action, doomed: this.#doomedBy(action) }
  }

  #doomedBy(action: Action) {
    const name = action.kind === 'open' ? 'open' : action.kind === 'deed' ? action.deed.do : action.measure.do
    const { userId, sid } = action
    const existing = [...this.ledger.sessions.values()].filter(({ record }) => record !== null)
    if (name === 'revoke') return existing.filter((known) => known.sid === sid)
    if (name === 'revokeAll') return existing
    const isUsers = name === 'revokeUser' || name === 'revokeOthers'
    if (!isUsers || userId === null) return []
    return existing.filter(
      (known) => known.last.userId === userId && (name === 'revokeUser' || known.sid !== sid),
    )
  }

  #resultOf(action: Action, outcome: string, value: unknown): Omit<Result, 'held'> {
    const { request } = action
    const session = request?.handle ?? null
    const cookies = request ? cookiesOf(request) : []
    const result = { action, outcome, value, sid: session?.sid ?? null, time: this.lane.clock.now(), cookies }
    return { ...result, seen: this.#seen(session, action) }
  }

  #seen(session: Session | null, action: Action): SeenView {
    const isOpening = action.kind === 'open'
    const isAsked = isOpening || (action.kind === 'deed' && lawOf(action.deed).kind === 'write')
    const names = isAsked ? ['a', 'b', 'count'] : []
    let unreadable: string | null = null
    const values = names.map((name) => {
      try {
        return [name, session?.get(name)] as const
      } catch (error) {
        unreadable = isSessionError(error) ? error.code : String(error)
        return [name, undefined] as const
      }
    })
    return {
      unreadable,
      userId: session?.userId ?? null,
      data: Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Record<string, number>,
      methods: session?.authenticationMethods ?? [],
      hasPrivilege: session?.hasPrivilege(privilege) ?? false,
      csrf: session && isOpening ? this.csrfTokens.map(({ token }) => isGoodToken(session, token)) : [],
    }
  }

  #exchange(request: Request): Exchange {
    return {
      method: 'GET',
      path: '/',
      header: (name) =>
        ({ cookie: request.cookie, 'user-agent': `client ${request.step.client}` })[name] ?? null,
      canSetCookie: !request.isFinished,
      setCookie: (name, line, stands = () => true) => {
        request.cookieAt ??= this.lane.clock.now()
        request.setCookies.set(name, { line, stands })
        const cookie = cookieOf(line)
        if (cookie !== null) this.#note(cookie)
      },
      setHeader: () => undefined,
      encrypted: undefined,
      remoteAddress: undefined,
      onClose: () => undefined,
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

  #finish(request: Request): void {
    request.isFinished = true
    this.requests.splice(this.requests.indexOf(request), 1)
    if (request.step.answer === 'never') return
    const answer = { request, cookies: cookiesOf(request) }
    if (request.step.answer === 'later') this.answers.push(answer)
    else this.deliver(answer)
  }

  /** The browser gets an answer. */
  deliver({ request, cookies }: Answer): void {
    for (const cookie of cookies) {
      if (!request.isThief) this.jars[request.step.client] = cookie
      else if (cookie !== null) this.loot.push(cookie)
    }
  }

  #process(nth: number): Sessions {
    const sessions = this.lane.sessionsFor(this.settings, this.isSealing[nth] ?? false)[nth]
    if (!sessions) throw new Error(`there is no process ${nth}`)
    return sessions
  }
}

/** What the head of its answer would bring if it left now. */
function cookiesOf({ setCookies }: Request): (string | null)[] {
  return [...setCookies.values()].filter(({ stands }) => stands()).map(({ line }) => cookieOf(line))
}

function cookieOf(line: string): string | null {
  return line.includes('Max-Age=0') ? null : pairOf(line)
}

function isGoodToken(session: Session, token: string): boolean {
  // Most tokens are of other sessions: to trace each refusal would take a tenth of the run.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    session.verifyCsrfToken(token)
    return true
  } catch {
    return false
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}
