import type { AuditOptions } from '@latchkey/audit'
import type { Logger } from 'pino'
import { type Auditor, explain } from '../auditor.ts'
import type { Audits } from '../data/audits.ts'
import { errorFacts } from '../errors.ts'
import { createRun, type Run } from './run.ts'

/** What the runs add to the auditor's options by themselves. */
export type RunOptions = Omit<AuditOptions, 'signal' | 'onProgress' | 'allowAddress'>

/** The audits that are under way in this process. */
export interface Runs {
  /** Whether this owner (a user, or a visitor's address) may start one now. */
  canStart(owner: string): 'yes' | 'one-at-a-time' | 'busy'
  /** Starts an audit. The credentials in `options` are in memory until it ends, and nowhere else. */
  start(id: string, owner: string, options: RunOptions): void
  find(id: string): Run | null
  stop(id: string): void
  /** Aborted when the console closes: ends the streams that watch runs. */
  readonly closing: AbortSignal
  /** Stops all and waits until their end is stored. */
  close(): Promise<void>
}

export interface RunsOptions {
  readonly auditor: Auditor
  readonly audits: Audits
  readonly log: Logger
  readonly allowAddress: (address: string, hostname: string) => boolean
  /** Milliseconds one audit may take. */
  readonly timeLimit: number
  /** How many may run at once. */
  readonly atOnce: number
}

interface Active {
  readonly owner: string
  readonly run: Run
  readonly controller: AbortController
  readonly ended: Promise<void>
}

const stopped = 'You stopped this audit.'
const shutDown = 'The console was stopped while this audit ran.'

export function createRuns({ auditor, audits, log, allowAddress, timeLimit, atOnce }: RunsOptions): Runs {
  const active = new Map<string, Active>()
  const closing = new AbortController()

  async function perform(id: string, options: AuditOptions, signal: AbortSignal): Promise<void> {
    try {
      audits.finish(id, await auditor.run({ ...options, signal }))
    } catch (error) {
      const failure = typeof signal.reason === 'string' ? signal.reason : explain(error)
      log.info({ audit: id, ...errorFacts(error) }, 'audit not done')
      audits.fail(id, failure)
    }
  }

  function steps(options: RunOptions): ReturnType<Auditor['steps']> {
    try {
      return auditor.steps(options)
    } catch {
      // Options the auditor refuses: the run will say why.
      return []
    }
  }

  return {
    canStart(owner) {
      if ([...active.values()].some((each) => each.owner === owner)) return 'one-at-a-time'
      return active.size < atOnce && !closing.signal.aborted ? 'yes' : 'busy'
    },
    start(id, owner, options) {
      const run = createRun(steps(options))
      const controller = new AbortController()
      const tooLong = `The audit took longer than ${Math.round(timeLimit / 1000)} seconds and was stopped.`
      const timer = setTimeout(() => controller.abort(tooLong), timeLimit).unref()
      const ended = perform(
        id,
        { ...options, allowAddress, onProgress: (event) => run.report(event) },
        controller.signal,
      )
        .catch((error) =>
          log.error({ audit: id, ...errorFacts(error) }, 'the end of an audit was not stored'),
        )
        .finally(() => {
          clearTimeout(timer)
          active.delete(id)
          run.finish()
        })
      active.set(id, { owner, run, controller, ended })
    },
    find: (id) => active.get(id)?.run ?? null,
    stop: (id) => active.get(id)?.controller.abort(stopped),
    closing: closing.signal,
    async close() {
      closing.abort()
      for (const { controller } of active.values()) controller.abort(shutDown)
      await Promise.all([...active.values()].map(({ ended }) => ended))
    },
  }
}
