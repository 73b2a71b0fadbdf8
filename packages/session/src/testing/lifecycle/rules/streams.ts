import assert from 'node:assert/strict'
import type { Generation, Known, Request } from '../running/action.ts'
import { lawOf } from './deeds.ts'
import type { Ledger } from './ledger.ts'
import type { Surroundings } from './surroundings.ts'

/** An answer that stays open for as long as its session. */
export interface Watched {
  readonly request: Request
  readonly signal: AbortSignal
  readonly sinceTick: number
  /** When its handle had that session, and did nothing about it. */
  followTick: number
  /** The session of its handle when it was opened; a visitor's is the first that it gets. */
  session: Known | null
  /** The store could not be asked, so that it had to end (law 8). */
  isUnsure: boolean
  isOver: boolean
}

/** After every step: which streams have ended, and which had to. */
export function assertStreams(around: Surroundings, watched: Set<Watched>): void {
  for (const stream of watched) {
    const { request, signal } = stream
    stream.session ??= request.holds
    const isSettled = stream.session !== null && !isBusy(around, request)
    if (isSettled) stream.followTick = Math.min(stream.followTick, around.ledger.tick)
    if (signal.aborted && !stream.isOver) assertMayEnd(around.ledger, stream)
    stream.isOver = signal.aborted
    const host = `${request.step.process} ${request.isSealing}`
    const isKnown = stream.session !== null && mustEndAt(around.ledger, stream.session, stream, host)
    assert.ok(stream.isOver || !isKnown, 'a stream outlived what its own process did to the session (law 10)')
    if (stream.isOver || request.isClosed) watched.delete(stream)
  }
}

function assertMayEnd(ledger: Ledger, stream: Watched): void {
  const { session, request, sinceTick, isUnsure } = stream
  const isEnded = session !== null && (session.deadTick >= sinceTick || !ledger.isLive(session))
  const isLeft = session !== null && ledger.leftAt(request, session) !== null
  assert.ok(isEnded || isLeft || isUnsure, 'a stream ended without a cause (law 10)')
}

/** What a process does itself to a session, it does to its streams at once; one that opens later, it looks at. */
function mustEndAt(ledger: Ledger, session: Known, { request, followTick }: Watched, host: string): boolean {
  if ((session.endedFor.get(host) ?? 0) > followTick) return true
  if (ledger.leftAt(request, session) === null) return false
  const newest = ledger.newestOf(request, session)
  const isBoundary = ({ cause, by, knownTick }: Generation) =>
    cause !== 'renewal' && by?.host === host && by.request !== request && isSince(knownTick)
  const isSince = (tick: number) => followTick < tick && tick <= ledger.tick
  return newest !== null && ledger.laterThan(newest).some(isBoundary)
}

/** The streams that a look at all of a process must end: those whose session is over, or another's, when it begins. */
export function doomedStreams(
  { ledger, underWay }: Surroundings,
  watched: ReadonlySet<Watched>,
  process: number,
): Watched[] {
  return [...watched].filter(({ session, request }) => {
    if (!session || request.step.process !== process) return false
    // Its own handle may be about to give it another secret, and looks for itself.
    const isHeld = isBusy({ underWay }, request)
    return !isHeld && (!ledger.mayBeLive(session) || ledger.leftAt(request, session) !== null)
  })
}

export function assertLookedAt(doomed: readonly Watched[]): void {
  for (const { signal, request } of doomed) {
    const isOver = signal.aborted || request.isClosed
    assert.ok(isOver, `a stream of client ${request.step.client} was looked at and goes on (law 10)`)
  }
}

/** Whether a request is about to get a session, or a new secret for its own. */
function isBusy({ underWay }: Pick<Surroundings, 'underWay'>, request: Request): boolean {
  return [...underWay].some(
    (each) => each.request === request && each.kind === 'deed' && lawOf(each.deed).kind !== 'none',
  )
}
