import type { ProgressEvent } from '@latchkey/audit'
import { inFormWords } from './in-form-words.ts'

/** One line of an audit's progress. */
export interface Step {
  readonly id: string
  /** What the step does, in words. */
  readonly label: string
  readonly state: 'waiting' | ProgressEvent['state']
  /** Why it was skipped or failed; else empty. */
  readonly note: string
}

/** What a progress page shows, at one moment. */
export interface Progress {
  readonly steps: readonly Step[]
  readonly requests: number
  readonly logins: number
  readonly finished: boolean
}

/** An audit under way, as its watchers see it. It knows nothing of credentials. */
export interface Run {
  readonly progress: Progress
  /** Resolves at the next change. */
  changed(): Promise<void>
}

export interface WritableRun extends Run {
  report(event: ProgressEvent): void
  finish(): void
}

/** @param planned the steps that are expected, in their order */
export function createRun(planned: readonly Pick<Step, 'id' | 'label'>[]): WritableRun {
  const waiting = planned.map(({ id, label }): Step => ({ id, label, state: 'waiting', note: '' }))
  let progress: Progress = { steps: waiting, requests: 0, logins: 0, finished: false }
  let next = Promise.withResolvers<void>()

  function change(to: Progress): void {
    progress = to
    next.resolve()
    next = Promise.withResolvers()
  }

  return {
    get progress() {
      return progress
    },
    changed: () => next.promise,
    report(event) {
      const { requests, logins } = event
      change({ ...progress, steps: withEvent(progress.steps, event), requests, logins })
    },
    finish: () => change({ ...progress, finished: true }),
  }
}

function withEvent(steps: readonly Step[], { step: id, state, detail }: ProgressEvent): readonly Step[] {
  const at = steps.findIndex((step) => step.id === id)
  const label = steps[at]?.label ?? id
  const step = { id, label, state, note: state === 'started' ? '' : inFormWords(detail) }
  return at < 0 ? [...steps, step] : steps.with(at, step)
}
