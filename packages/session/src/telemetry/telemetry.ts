import type { Sessions } from '../sessions.ts'
import type { SessionStore } from '../store.ts'

/** Extension point: watches what sessions do, from around them. `latchkey/opentelemetry` makes one. */
export interface Telemetry {
  /** The store with each operation watched. */
  store(store: SessionStore): SessionStore
  /** The sessions with each opening and each event watched. */
  sessions<Data extends object>(sessions: Sessions<Data>): Sessions<Data>
}
