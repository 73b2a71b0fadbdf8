import { setTimeout as wait } from 'node:timers/promises'
import type { Audits } from '../data/audits.ts'
import type { RunningAudits } from '../data/running.ts'
import { isDatabaseError } from '../errors.ts'
import type { Progress } from './run.ts'
import type { Runs } from './runs.ts'

/** How far a running audit is, as far as this console knows. */
export interface Known {
  readonly progress: Progress
  /** When that was; milliseconds since the epoch. Null: now, since it runs here. */
  readonly asOf: number | null
}

/** Follows audits wherever they run. */
export interface Follower {
  /** Rejects when the database is asked and cannot answer. */
  now(audit: { readonly id: string; readonly seenAt: number }): Promise<Known>
  /** At each change, until the audit has ended or `until` aborts. Never rejects: an outage is waited out. */
  follow(id: string, until: AbortSignal): AsyncGenerator<Known, void, void>
}

const nothing: Progress = { steps: [], requests: 0, logins: 0, finished: false }

/** @param interval milliseconds between looks at an audit that runs in another console */
export function createFollower(
  runs: Pick<Runs, 'find'>,
  audits: Audits,
  running: Pick<RunningAudits, 'progress'>,
  interval: number,
): Follower {
  async function* elsewhere(id: string, until: AbortSignal): AsyncGenerator<Known, void, void> {
    while (!until.aborted) {
      const known = await look(id)
      if (known === 'ended') return
      if (known) yield known
      await wait(interval, undefined, { signal: until }).catch(() => undefined)
    }
  }

  async function look(id: string): Promise<Known | 'ended' | null> {
    try {
      const audit = await audits.find(id)
      if (audit?.state !== 'running') return 'ended'
      return { progress: (await running.progress(id)) ?? nothing, asOf: audit.seenAt }
    } catch (error) {
      if (isDatabaseError(error)) return null
      throw error
    }
  }

  return {
    async now({ id, seenAt }) {
      const run = runs.find(id)
      if (run) return { progress: run.progress, asOf: null }
      return { progress: (await running.progress(id)) ?? nothing, asOf: seenAt }
    },
    async *follow(id, until) {
      const run = runs.find(id)
      if (!run) return yield* elsewhere(id, until)
      const aborted = new Promise<void>((resolve) =>
        until.addEventListener('abort', () => resolve(), { once: true }),
      )
      while (!run.progress.finished && !until.aborted) {
        const changed = run.changed()
        yield { progress: run.progress, asOf: null }
        await Promise.race([changed, aborted])
      }
    },
  }
}
