import type { Ledger } from '../rules/ledger.ts'
import type { RequestStep, Settings } from '../step.ts'
import { type Action, nothingDone, type Request, type What } from './action.ts'
import type { Sent } from './browsers.ts'
import { doomedBy } from './doom.ts'
import { Head } from './head.ts'
import type { Lane } from './lane.ts'

const always = Number.POSITIVE_INFINITY

/** What is so when something begins. */
export interface Circumstances {
  readonly ledger: Ledger
  readonly lane: Lane
  readonly settings: Settings
  readonly userIds: readonly string[]
  readonly isSealing: readonly boolean[]
  /** The sid of a session that exists or existed. */
  sidOf(nth: number): string
}

/** A request that arrives. */
export function requestOf(
  at: Circumstances,
  step: RequestStep,
  { cookie, isOld }: Sent,
  isThief: boolean,
): Request {
  const { ledger, lane } = at
  const presented = cookie === null ? null : ledger.generationOf(cookie)
  return {
    ...{ step, isThief, cookie, isOld, presented, isLost: null },
    named: cookie === null ? null : ledger.namedBy(cookie),
    isSealing: at.isSealing[step.process] ?? false,
    tokenReuseEnds: at.settings.tokenReuseEnds,
    ...{ head: new Head(step.page), isStored: false, hasLeft: false, isClosed: false, closing: [] },
    lastReadTime: lane.clock.now(),
    openedTick: ledger.tick,
    openedTime: lane.clock.now(),
    arrivedAt: lane.clocks.of(step.process),
    ...{ admittedTick: always, headTick: always, leftTime: always, deliveredTick: always },
    ...{ handle: null, holds: null, made: null, epoch: 0 },
    own: new Set(presented ? [presented] : []),
  }
}

/** One call of the session layer that begins. */
export function actionOf(at: Circumstances, what: What): Action {
  const { ledger, lane, userIds } = at
  const handle = what.request?.handle ?? null
  const name = what.kind === 'open' ? 'open' : what.kind === 'deed' ? what.deed : what.measure
  const userId = name === 'open' ? null : 'user' in name ? (userIds[name.user] ?? '') : handle?.userId
  const sid = name !== 'open' && name.do === 'revoke' ? at.sidOf(name.nth) : handle?.sid
  const process = what.kind === 'measure' ? what.process : what.request.step.process
  const isSealing = what.request?.isSealing ?? at.isSealing[process]
  const action: Action = {
    site: lane,
    process,
    host: `${process} ${isSealing}`,
    ...what,
    userId: userId ?? null,
    sid: sid ?? null,
    startTick: ledger.tick,
    startTime: lane.clock.now(),
    lowest: lane.clocks.of(process),
    highest: lane.clocks.of(process),
    held: what.request?.holds ?? null,
    heldUserId: handle?.userId ?? null,
    ...nothingDone(),
  }
  return { ...action, doomed: doomedBy(ledger, action) }
}
