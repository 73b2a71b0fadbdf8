import type { Logger } from 'pino'
import type { RunningAudits } from '../data/running.ts'
import { errorFacts } from '../errors.ts'
import type { Run } from './run.ts'

export interface Heartbeat {
  stop(): void
}

/**
 * Stores how far an audit is, and hears whether it should end, every `interval` milliseconds. A database that does
 * not answer for a while is no reason to end it.
 */
export function startHeartbeat(
  { id, run, interval, running, log }: HeartbeatOptions,
  end: (why: 'stop' | 'gone') => void,
): Heartbeat {
  let stored = run.progress
  let isBusy = false

  async function beat(): Promise<void> {
    const { progress } = run
    const answer = await running.beat(id, progress === stored ? null : progress)
    stored = progress
    if (answer !== 'go-on') end(answer)
  }

  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    beat()
      .catch((error) =>
        log.warn({ audit: id, ...errorFacts(error) }, 'the progress of an audit was not stored'),
      )
      .finally(() => {
        isBusy = false
      })
  }, interval).unref()
  return { stop: () => clearInterval(timer) }
}

export interface HeartbeatOptions {
  readonly id: string
  readonly run: Run
  readonly interval: number
  readonly running: RunningAudits
  readonly log: Logger
}
