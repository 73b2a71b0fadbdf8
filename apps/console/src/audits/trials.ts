import type { LoginInspection, Tried } from '@latchkey/audit'
import type { Logger } from 'pino'
import { type Auditor, explain } from '../auditor.ts'
import { errorFacts } from '../errors.ts'
import type { RunOptions } from './runs.ts'

/** What came of a sign-in that was tried. No secret is in it. */
export interface Trial {
  /** What was recognised; null where there was no sign-in. */
  readonly found: LoginInspection | null
  /** Why not, in words for the console's user; null where there was one. */
  readonly failure: string | null
  /** What was asked on the way, in its order. */
  readonly tried: readonly Tried[]
}

/** Sign-ins that are tried before an audit starts, in the request that asks for it. */
export interface Trials {
  /**
   * Signs in, and stops there; or says that there are too many. The credentials in `options` are in memory until it
   * ends, and nowhere else.
   * @param until ends it: whoever asked has gone, or the console stops
   */
  run(userId: string, options: RunOptions, until: AbortSignal): Promise<Trial | 'one-at-a-time' | 'busy'>
}

export interface TrialsOptions {
  readonly auditor: Pick<Auditor, 'inspect'>
  readonly log: Logger
  readonly allowAddress: (address: string, hostname: string) => boolean
  /** How many may run at once in this process. */
  readonly atOnce: number
}

// Seconds; proxies give an answer up after 60.
const limit = 45
const tooLong = `The sign-in took longer than ${limit} seconds.`

export function createTrials({ auditor, log, allowAddress, atOnce }: TrialsOptions): Trials {
  const active = new Set<string>()

  async function inspect(options: RunOptions, until: AbortSignal): Promise<Trial> {
    let tried: readonly Tried[] = []
    const late = AbortSignal.timeout(limit * 1000)
    const given = { browser: false, ...options, timeLimit: limit - 3, allowAddress }
    try {
      const found = await auditor.inspect(
        { ...given, signal: AbortSignal.any([late, until]) },
        (all) => (tried = all),
      )
      return { found, failure: null, tried }
    } catch (error) {
      log.info(errorFacts(error), 'a sign-in that was tried did not work')
      return { found: null, failure: late.aborted ? tooLong : explain(error), tried }
    }
  }

  return {
    async run(userId, options, until) {
      if (active.has(userId)) return 'one-at-a-time'
      if (active.size >= atOnce) return 'busy'
      active.add(userId)
      try {
        return await inspect(options, until)
      } finally {
        active.delete(userId)
      }
    },
  }
}
