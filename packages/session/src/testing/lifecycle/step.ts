import type { PolicyName } from './settings.ts'

/** What a request does with its session. `user` is one of two. What each may and must do is in deeds.ts. */
export type Deed =
  | { readonly do: 'set'; readonly key: 'a' | 'b'; readonly value: number }
  | { readonly do: 'unset'; readonly key: 'a' | 'b' }
  | { readonly do: 'count' }
  | { readonly do: 'csrf' }
  | {
      readonly do: 'login'
      readonly user: number
      readonly policy: PolicyName | null
      readonly methods: readonly string[]
    }
  | { readonly do: 'reauthenticate'; readonly methods: readonly string[] }
  | { readonly do: 'elevate'; readonly for: number; readonly policy: PolicyName | null }
  | { readonly do: 'drop'; readonly policy: PolicyName | null }
  | { readonly do: 'regenerate' }
  | { readonly do: 'logout' }
  | { readonly do: 'revokeOthers' }
  /** The head of the answer leaves; the request goes on. */
  | { readonly do: 'head' }
  /** An answer that stays open for as long as the session. */
  | { readonly do: 'watch' }
  /** Works on something else, for as long as the schedule says: the handle gets older than its session. */
  | { readonly do: 'pause' }

/** What happens to sessions from outside of them. `nth` picks one that exists or existed; it wraps around. */
export type Measure =
  | { readonly do: 'revoke'; readonly nth: number }
  | { readonly do: 'revokeUser'; readonly user: number }
  | { readonly do: 'revokeAll' }
  | { readonly do: 'list'; readonly user: number }
  | { readonly do: 'sweep' }
  /** All streams of a process are looked at; or one is, for a cause of its own. */
  | { readonly do: 'check' }
  | { readonly do: 'look' }

/** What the application lets caches do with an answer: nothing is said; public to all; public to CDNs alone. */
export type Page = 'own' | 'public' | 'cdn'

export interface RequestStep {
  readonly do: 'request'
  /** One of the honest browsers, or the thief behind them, who sends the `loot`-th token he ever got hold of. */
  readonly client: number
  readonly loot: number
  readonly process: number
  readonly touch: boolean
  readonly deeds: readonly Deed[]
  /** All deeds at once instead of one after the other. */
  readonly isParallel: boolean
  /** Runs to its end before anything else happens. */
  readonly isEager: boolean
  readonly page: Page
  /** An answer that has no head, as an upgrade's. */
  readonly isUpgrade: boolean
  /** How long it took to arrive: its browser may hold another cookie by now. */
  readonly sentAgo: number
  /** When the browser gets the answer. */
  readonly answer: 'at once' | 'later' | 'never'
}

/** One step of a run; `nth` picks one of what is under way, and wraps around. */
export type Step =
  | RequestStep
  | { readonly do: 'measure'; readonly process: number; readonly isEager: boolean; readonly measure: Measure }
  /** The nth operation that waits for the store is done, or fails: before the store has done it or after that. */
  | { readonly do: 'go'; readonly nth: number }
  | { readonly do: 'fail'; readonly nth: number; readonly isApplied: boolean }
  /** The nth answer under way arrives, or is lost. */
  | { readonly do: 'deliver'; readonly nth: number }
  | { readonly do: 'lose'; readonly nth: number }
  | { readonly do: 'advance'; readonly ms: number }
  /** Time passes until shortly before something ends or falls due. */
  | { readonly do: 'approach'; readonly nth: number; readonly short: number }
  /** A browser crashes, and comes back with the cookies of a while before. */
  | { readonly do: 'restart'; readonly client: number; readonly ago: number }
  /** A clock steps: it is so far from the right time now. Only where clocks differ. */
  | { readonly do: 'step'; readonly process: number; readonly by: number }
  /** A process stops, or goes on: what the store has answered meanwhile waits. */
  | { readonly do: 'stop'; readonly process: number }
  /** The thief copies a browser's cookie; or he knows a sid and makes up a secret. */
  | { readonly do: 'steal'; readonly client: number }
  | { readonly do: 'forge'; readonly nth: number; readonly isMalformed: boolean }

  /** A process is started anew, sealing sessions if it did not; only where that is being switched. */
  | { readonly do: 'deploy'; readonly process: number }

/** How the processes of a run are configured. */
export interface Settings {
  /** How many sessions users may have. */
  readonly limit: 'none' | 'evict' | 'refuse'
  /** Whether sessions are sealed; `switching` goes from one to the other and back, one process at a time. */
  readonly sealing: 'off' | 'on' | 'switching'
  /** Whether sessions keep their clients. */
  readonly clients: boolean
  readonly tokenReuseEnds: 'session' | 'user'
  /** Whether all processes have one time, or clocks that differ and step. */
  readonly clocks: 'one' | 'apart'
}

/** One run, and what happens in it. */
export interface Program extends Settings {
  readonly steps: readonly Step[]
}
