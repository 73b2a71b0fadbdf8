import type { SessionEventName, Sessions } from 'latchkey'
import type { Logger } from 'pino'
import type { History, NewEvent } from './data/history.ts'
import { errorFacts } from './errors.ts'
import { within } from './within.ts'

/** Keeps what the session layer tells in the history and in the log. No request waits for it, none fails by it. */
export interface Recorder {
  /** A session has begun with this browser. */
  describe(sid: string, client: string): void
  passwordChanged(userId: string, sid: string): void
  /** An administrator has ended every session. */
  endedAll(): void
  /** When everything told so far is kept, or could not be; within two seconds. Never rejects. */
  settled(): Promise<void>
}

const names = [
  'session_created',
  'session_renewed',
  'session_expired',
  'session_logout',
  'session_use_after_expire',
  'authn_token_reuse',
] as const satisfies readonly SessionEventName[]
// While the database does not answer, events wait in memory: this many at most.
const maxWaiting = 1000
// Milliseconds.
const patience = 2000

export function createRecorder<Data extends object>(
  sessions: Pick<Sessions<Data>, 'on'>,
  history: History,
  log: Logger,
  now: () => number,
): Recorder {
  let last: Promise<void> = Promise.resolve()
  let waiting = 0

  // One after the other: an event takes its user and browser from those before it.
  function keep(write: () => Promise<void>): void {
    if (waiting >= maxWaiting) return
    if (++waiting === maxWaiting) log.warn('too many events wait for the database; some are not kept')
    last = last
      .then(write)
      .catch((error) => log.warn(errorFacts(error), 'an event was not kept in the history'))
      .finally(() => {
        waiting--
      })
  }

  function add(event: NewEvent): void {
    const { kind, sid, reason } = event
    // A copied token is what somebody should look at.
    const level = kind === 'authn_token_reuse' ? 'warn' : 'info'
    log[level]({ event: kind, sid, ...(reason !== null && { reason }) }, 'session')
    keep(() => history.add(event))
  }

  for (const kind of names) {
    sessions.on(kind, (event) => {
      const { sid, userId, at } = event
      // Of a session that was revoked by its sid alone, the history knows the user.
      const isVisitors = userId === null && kind !== 'session_expired'
      if (!isVisitors) add({ sid, userId, at, kind, reason: reasonOf(event) })
    })
  }

  return {
    describe: (sid, client) => keep(() => history.describe(sid, client)),
    passwordChanged: (userId, sid) =>
      add({ userId, sid, kind: 'authn_password_change', reason: null, at: now() }),
    endedAll: () => keep(() => history.addEndedAll()),
    settled: () => within(patience, last).catch(() => undefined),
  }
}

function reasonOf(event: object): string | null {
  if ('reason' in event) return String(event.reason)
  return 'policy' in event ? String(event.policy) : null
}
