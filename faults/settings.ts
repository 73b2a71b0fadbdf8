import type { WrongName } from './wrong.ts'

/** What an application process is told at its start: plain JSON. */
export interface ApplicationSettings {
  readonly store: StoreSettings
  /** Milliseconds. */
  readonly storeTimeout: number
  /** Puts the near cache in front of the store; milliseconds. */
  readonly maxStale?: number
  /** Milliseconds; 30 minutes by default. A tenth of it is how often a read has to write that the session was used. */
  readonly idleTimeout?: number
  /** A planted mistake, to see that it is found. */
  readonly wrong?: WrongName
}

export interface Address {
  readonly host: string
  readonly port: number
}

export type StoreSettings =
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly path: string; readonly busyTimeout: number }
  | RedisSettings
  | { readonly kind: 'postgres' | 'mysql'; readonly url: string; readonly client: ClientSettings }

export interface RedisSettings {
  readonly kind: 'redis'
  readonly library: 'node-redis' | 'ioredis'
  /** The server, the sentinels, or nodes of the cluster to begin with. */
  readonly addresses: readonly Address[]
  readonly topology: 'single' | 'sentinel' | 'cluster'
  readonly waitForReplicas?: number
  readonly client: ClientSettings
}

/** `recommended` is what docs/operating.md says to set; `defaults` is the client as it comes. */
export type ClientSettings = 'recommended' | 'defaults'
