import { setTimeout as wait } from 'node:timers/promises'
import type { AuditOptions } from '@latchkey/audit'
import type { Logger } from 'pino'
import { type Auditor, explain } from '../auditor.ts'
import type { Audit } from '../data/audit.ts'
import type { NewAudit, RunningAudits } from '../data/running.ts'
import { errorFacts } from '../errors.ts'
import { startHeartbeat } from './heartbeat.ts'
import { createRun, type Run, type WritableRun } from './run.ts'

/** What the runs add to the auditor's options by themselves. */
export type RunOptions = Omit<AuditOptions, 'signal' | 'onProgress' | 'allowAddress'>

export type Refusal = 'one-at-a-time' | 'busy'

/** The audits that are under way in this process, and the way to those in others. */
export interface Runs {
  /**
   * Starts an audit, or says why not. The credentials in `options` are in memory until it ends, and nowhere else.
   * Rejects when the database cannot answer; nothing is started then.
   */
  start(audit: Omit<NewAudit, 'progress'>, options: RunOptions): Promise<Audit | Refusal>
  /** Null when it is not under way in this process. */
  find(id: string): Run | null
  /** Here at once, elsewhere at its next heartbeat. */
  stop(id: string): Promise<void>
  /** Aborted when the console closes: ends the streams that watch runs. */
  readonly closing: AbortSignal
  /** Stops all and waits until their end is stored. */
  close(): Promise<void>
}

export interface RunsOptions {
  readonly auditor: Auditor
  readonly running: RunningAudits
  readonly log: Logger
  readonly allowAddress: (address: string, hostname: string) => boolean
  /** Milliseconds one audit may take. */
  readonly timeLimit: number
  /** How many may run at once in this process. */
  readonly atOnce: number
  /** Milliseconds between heartbeats. */
  readonly heartbeat: number
}

interface Active {
  readonly run: Run
  readonly controller: AbortController
  readonly ended: Promise<void>
}

const stopped = 'You stopped this audit.'
const shutDown = 'The console was stopped while this audit ran.'
const gone = 'The audit was deleted or given up.'
// An outage of the database shorter than this many heartbeats does not lose a report.
const endAttempts = 30

export function createRuns(options: RunsOptions): Runs {
  const { auditor, running, log, allowAddress, timeLimit, atOnce, heartbeat } = options
  const starting = new Set<Promise<Audit | null>>()
  const active = new Map<string, Active>()
  const closing = new AbortController()

  /** Runs the audit; answers with what stores its end. */
  async function perform(id: string, given: AuditOptions, signal: AbortSignal): Promise<() => Promise<void>> {
    try {
      const report = await auditor.run({ ...given, signal })
      return () => running.finish(id, report)
    } catch (error) {
      const failure = typeof signal.reason === 'string' ? signal.reason : explain(error)
      log.info({ audit: id, ...errorFacts(error) }, 'audit not done')
      return () => running.fail(id, failure)
    }
  }

  async function storeEnd(id: string, store: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await store()
      } catch (error) {
        if (attempt === endAttempts || closing.signal.aborted) throw error
        log.warn({ audit: id, ...errorFacts(error) }, 'the end of an audit was not stored yet')
      }
      await wait(heartbeat, undefined, { signal: closing.signal, ref: false }).catch(() => undefined)
    }
  }

  function steps(given: RunOptions): ReturnType<Auditor['steps']> {
    try {
      return auditor.steps(given)
    } catch {
      // Options the auditor refuses: the run will say why.
      return []
    }
  }

  function launch(id: string, run: WritableRun, given: RunOptions): void {
    const controller = new AbortController()
    if (closing.signal.aborted) controller.abort(shutDown)
    const tooLong = `The audit took longer than ${Math.round(timeLimit / 1000)} seconds and was stopped.`
    const timer = setTimeout(() => controller.abort(tooLong), timeLimit).unref()
    const beats = startHeartbeat({ id, run, interval: heartbeat, running, log }, (why) =>
      controller.abort(why === 'stop' ? stopped : gone),
    )
    // What is done by then is reported; the timer is for what does not end by itself.
    const seconds = Math.max(1, Math.floor(timeLimit / 1000) - 5)
    const all = { browser: false, timeLimit: seconds, ...given, allowAddress, onProgress: run.report }
    const ended = perform(id, all, controller.signal)
      .then((store) => storeEnd(id, store))
      .catch((error) => log.error({ audit: id, ...errorFacts(error) }, 'the end of an audit was not stored'))
      .finally(() => {
        clearTimeout(timer)
        beats.stop()
        active.delete(id)
        run.finish()
      })
    active.set(id, { run, controller, ended })
  }

  return {
    async start(audit, given) {
      if (active.size + starting.size >= atOnce || closing.signal.aborted) return 'busy'
      const run = createRun(steps(given))
      const beginning = running.begin({ ...audit, progress: run.progress })
      starting.add(beginning)
      try {
        const begun = await beginning
        if (begun) launch(begun.id, run, given)
        return begun ?? 'one-at-a-time'
      } finally {
        starting.delete(beginning)
      }
    },
    find: (id) => active.get(id)?.run ?? null,
    async stop(id) {
      const here = active.get(id)
      if (here) here.controller.abort(stopped)
      else await running.requestStop(id)
    },
    closing: closing.signal,
    async close() {
      closing.abort()
      await Promise.allSettled(starting)
      for (const { controller } of active.values()) controller.abort(shutDown)
      await Promise.all([...active.values()].map(({ ended }) => ended))
    },
  }
}
