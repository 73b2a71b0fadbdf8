import { AsyncLocalStorage } from 'node:async_hooks'
import type { Session } from '../../../session.ts'
import type { SessionRecord } from '../../../store.ts'
import type { Deed, Measure, RequestStep } from '../step.ts'
import type { Head } from './head.ts'

/** What a request can see of a session. */
export interface View {
  readonly userId: string | null
  readonly data: Readonly<Record<string, number>>
  readonly methods: readonly string[]
  /** It ends at some moment between these two. */
  readonly privilege: { readonly from: number; readonly until: number } | null
  /** Grows when CSRF tokens of before must be dead. */
  readonly epoch: number
}

/** A view, and for how long it was the right one. */
export interface Version {
  readonly view: View
  readonly from: number
  until: number
  untilTime: number
}

/** One secret of a session. */
export interface Generation {
  readonly session: Known
  readonly hash: string
  /** `join`: a boundary whose former secret stays good until this one was used, for the second of two sign-ins. */
  readonly cause: 'start' | 'renewal' | 'boundary' | 'join'
  /** Who made it, and when their process was told that it is done. */
  readonly by: Action | null
  knownTick: number
  /** As its record says, and when the store had it. */
  readonly bornAt: number
  readonly bornTick: number
  readonly bornTime: number
  /** When it was used for the first time; only asked of those whose former secret is good until then. */
  usedAt: number | null
  usedTime: number
  goodTick: number
  goodTime: number
  badTick: number
  /** When its use was last no sign of a theft. */
  harmlessTick: number
}

/** What was seen of a session at the store, whoever did it. */
export interface Known {
  readonly sid: string
  /** What the store must hold; null when it has ended. */
  record: SessionRecord | null
  last: SessionRecord
  readonly generations: Generation[]
  readonly versions: Version[]
  /** Whether a thief has used a secret of it: its browser can then be signed out with good reason. */
  isShared: boolean
  /** When its user signed in last. */
  signedInTick: number
  /** When it came under another policy; requests of before still judge by the one they saw. */
  policyTime: number
  liveTick: number
  liveTime: number
  deadTick: number
  /** Which processes know that they have ended it, and since when. */
  readonly endedFor: Map<string, number>
  /** When it was sealed, before all times if it always was; and by whom. */
  sealedTime: number
  sealedBy: Action | null
  /** When each key of its data was written last. */
  readonly writtenTime: Map<string, number>
  /** Each key of its sealed values, and which sign-in it is of. */
  readonly dataKeys: Map<string, number>
  /** The record whose values were read last. */
  readRecord: SessionRecord | null
}

/** A request in the run. */
export interface Request {
  readonly step: RequestStep
  readonly isThief: boolean
  /** Its process seals sessions. */
  readonly isSealing: boolean
  readonly tokenReuseEnds: 'session' | 'user'
  /** Its Cookie header; null for none. */
  readonly cookie: string | null
  /** The secret that it presents; null for none, or one that was never any session's. */
  readonly presented: Generation | null
  /** The session whose sid it names, whether it has a secret of it or not. */
  readonly named: Known | null
  /** Its token names a live session and does not open it; null where it may have been live when that was asked. */
  isLost: boolean | null
  /** The cookie may be out of date with good reason. */
  readonly isOld: boolean
  readonly head: Head
  /** It has signed out. */
  hasLeft: boolean
  /** Its connection is closed, which these wait for. */
  isClosed: boolean
  readonly closing: (() => void)[]
  /** When the store did what it was asked last to open the session. */
  lastReadTime: number
  /** A shared cache keeps its answer. */
  isStored: boolean
  /** The last secret that a deed of it has made, and told of. */
  made: Generation | null
  /** When its browser got its answer. */
  deliveredTick: number
  readonly openedTick: number
  readonly openedTime: number
  /** The same by the clock of its process. */
  readonly arrivedAt: number
  /** When it was let in, or was not. */
  admittedTick: number
  handle: Session | null
  /** The session that its handle is of, as the store's operations show, and the secrets it came to know. */
  holds: Known | null
  readonly own: Set<Generation>
  /** The oldest epoch that the handle's values may be of. */
  epoch: number
  /** When the head of its answer left. */
  headTick: number
  leftTime: number
}

/** What an action is: the opening of a request's session, a deed of a request, or a measure from outside. */
export type What =
  | { readonly kind: 'open'; readonly request: Request }
  | { readonly kind: 'deed'; readonly request: Request; readonly deed: Deed }
  | {
      readonly kind: 'measure'
      readonly request: null
      readonly measure: Measure
      readonly process: number
    }

/** One call of the session layer, from its beginning to its end, and what was seen of it between. */
export type Action = What & {
  readonly process: number
  /** Which of the programs that were ever started as that process: a new one knows nothing of what the former did. */
  readonly host: string
  /** The lane on which it is played. */
  readonly site: object
  /** How many store operations it took. */
  operations: number
  /** The user and the session that it names. */
  readonly userId: string | null
  readonly sid: string | null
  readonly startTick: number
  readonly startTime: number
  /** The earliest and the latest that the clock of its process said while it was under way. */
  lowest: number
  highest: number
  /** What its handle was of when it began, and when it started a new session. */
  readonly held: Known | null
  /** Whose its handle took that for. */
  readonly heldUserId: string | null
  replaced: Known | null
  /** Sessions that must be over when it is done. */
  readonly doomed: readonly Known[]
  /** The store was made to fail it; and that when all that it stands for was done. */
  isFailed: boolean
  isFailedLate: boolean
  isWarned: boolean
  /** The change that it stands for was seen at the store. */
  isApplied: boolean
  created: Known | null
  rotated: Generation | null
  /** How many of its writes found that somebody else had been quicker. */
  refusals: number
  /** Sids that it may end because their user has too many, and whether it may be refused for that. */
  /** What it ended with all the others. */
  readonly emptied: Known[]
  /** What the store listed for it last. */
  records: readonly SessionRecord[]
  /** When the sessions of its user were signed in, as far as it has looked. */
  readonly listed: number[]
  readonly mayEvict: Set<string>
  mayRefuse: boolean
  readonly events: string[]
  /** For each thing that it did, the events that tell it: one of these lists. */
  readonly expectedEvents: (readonly (readonly string[])[])[]
}

/** How an action ended, and what could be seen at that moment. */
export interface Result {
  readonly action: Action
  /** 'done', or the code of the error. */
  readonly outcome: string
  /** The session that its handle was of when it ended. */
  readonly held: Known | null
  readonly value: unknown
  readonly sid: string | null
  readonly seen: SeenView
  readonly time: number
  /** The cookies that the answer sets so far: `name=token`, or null where it removes it. */
  readonly cookies: readonly (string | null)[]
}

export interface SeenView extends Omit<View, 'privilege' | 'epoch'> {
  /** The code of the error that its values cannot be read for; null when they can. */
  readonly unreadable: string | null
  readonly hasPrivilege: boolean
  /** For each CSRF token of the run, in their order, whether it is good here. */
  readonly csrf: readonly boolean[]
}

/** Whose store operations and events they are. */
export const running = new AsyncLocalStorage<Action>()

// It is in the message of every assertion, also of those that hold.
const described = new WeakMap<Action, string>()

export function describe(action: Action): string {
  const text = described.get(action) ?? described.set(action, textOf(action)).get(action)
  return text ?? ''
}

function textOf(action: Action): string {
  if (action.kind === 'measure') return JSON.stringify(action.measure)
  const { client } = action.request.step
  return action.kind === 'open'
    ? `a request of client ${client}`
    : `${JSON.stringify(action.deed)} of client ${client}`
}

/** What has come of an action that begins. */
export function nothingDone() {
  return {
    ...{ operations: 0, refusals: 0, created: null, rotated: null, replaced: null },
    ...{ isFailed: false, isFailedLate: false, isWarned: false, isApplied: false, mayRefuse: false },
    ...{ emptied: [], records: [], doomed: [], listed: [], events: [], expectedEvents: [] },
    mayEvict: new Set<string>(),
  }
}
