/** Sends one command to one server. */
export type Send = (args: string[]) => Promise<unknown>

/** The few things that the store needs, alike for every kind of client. */
export interface RedisConnection {
  /** What the client puts before each key by itself. */
  readonly addedPrefix: string
  /** What the user had the client put before keys, and what it leaves out in the way the store uses it. */
  readonly missingPrefix: string
  /** Whether the keys are spread over several primaries, so that no command may touch two of them. */
  readonly isCluster: boolean
  /** The database that the keys are in. Rejects where the client must ask one of its connections and has none. */
  database(): Promise<number>
  /** Sends a command about this key to the primary that has it. */
  send(key: string, args: string[]): Promise<unknown>
  /**
   * The same for a command that changes nothing, as cheap as the client can: every request does it.
   * @param underWay how many more are being waited for
   */
  read(key: string, args: string[], underWay: number): Promise<unknown>
  /** The same, and `wait` right behind it through the same connection; the replies of both. Absent if impossible. */
  readonly sendTogether?: (key: string, args: string[], wait: string[]) => Promise<[unknown, unknown]>
  /** A way to each primary. */
  primaries(): Promise<readonly Send[]>
  /** A connection of the store's own, made like the user's but never reconnecting by itself. */
  openSubscriber(attempt: number): Promise<Subscriber>
  /** Connects anew, for names that lead to another server meanwhile. Absent where the client does so by itself. */
  readonly reconnect?: () => void
}

/** A connection that hears one channel. */
export interface Subscriber {
  /**
   * Resolves when the channel is heard.
   * @param onBroken something may be missed from now on; may be called several times
   */
  start(channel: string, onMessage: (text: string) => void, onBroken: () => void): Promise<void>
  close(): void
}
