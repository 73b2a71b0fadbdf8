import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import { type Duration, parseDuration } from '../../policies/duration.ts'

export interface RedisStoreOptions {
  /** What the keys of this store begin with, after a `keyPrefix` of the client. Default 'latchkey:'. */
  readonly prefix?: string | undefined
  /**
   * How much longer than its session a record is kept. Redis expires records as a backstop, by its own clock; this
   * much the clocks may differ. Default '10m'.
   */
  readonly expiryGrace?: Duration | undefined
  /** Whether endings and changes are published, for `onEnded`, open streams and near caches. Default true. */
  readonly announce?: boolean | undefined
  /**
   * Answers a logout, a revocation and a new secret only when so many replicas have them: see `redisStore`.
   * `timeout` is how long to wait, in milliseconds or like '100ms'. Not possible with a pool of node-redis.
   */
  readonly waitForReplicas?: { readonly count: number; readonly timeout: Duration } | undefined
}

/** The options with their defaults; durations in milliseconds. */
export interface RedisStoreSettings {
  readonly prefix: string
  readonly expiryGrace: number
  readonly announce: boolean
  readonly waitForReplicas: { readonly count: number; readonly timeout: number } | null
}

/** @throws SessionError `config_invalid` */
export function settingsOf(options: RedisStoreOptions): RedisStoreSettings {
  refuseUnknown('redisStore', options, {
    prefix: true,
    expiryGrace: true,
    announce: true,
    waitForReplicas: true,
  })
  const { prefix = 'latchkey:', announce = true, expiryGrace = '10m', waitForReplicas } = options
  if (typeof prefix !== 'string' || prefix === '') {
    throw invalid("prefix: a text that is not empty is needed. Write 'latchkey:'.")
  }
  return {
    prefix,
    announce,
    expiryGrace: parseDuration(expiryGrace, 'expiryGrace'),
    waitForReplicas: waitForReplicas === undefined ? null : replicasOf(waitForReplicas),
  }
}

function replicasOf(options: NonNullable<RedisStoreOptions['waitForReplicas']>) {
  refuseUnknown('waitForReplicas', options, { count: true, timeout: true })
  const { count, timeout } = options
  if (!Number.isInteger(count) || count < 1) {
    throw invalid(`waitForReplicas.count: ${count} is not a number of replicas. Write 1.`)
  }
  return { count, timeout: parseDuration(timeout, 'waitForReplicas.timeout') }
}

function invalid(message: string): SessionError {
  return new SessionError('config_invalid', message)
}
