import type { SessionsOptions } from '../../../options.ts'
import { type Action, nothingDone, running } from './action.ts'

// Streams are looked at every so often, in real time. Here the schedule says when: the timers of that one interval are
// known by their length, and wait to be turned by hand.

export const streamCheckInterval = '10d' satisfies SessionsOptions['streamCheckInterval']
const between = (10 * 86_400_000) / 2

interface Held {
  readonly site: object | null
  readonly process: number
  act(): void
}

const held = new Map<unknown, Held>()
let isInstalled = false

/** Every timer but those of streams runs as ever. */
export function holdLooks(): void {
  if (isInstalled) return
  isInstalled = true
  const { setInterval, clearInterval } = globalThis
  globalThis.setInterval = ((act: () => void, ms?: number, ...args: unknown[]) => {
    const timer = setInterval(act, ms, ...(args as []))
    const { site = null, process = 0 } = running.getStore() ?? {}
    if (ms === between) held.set(timer, { site, process, act })
    return timer
  }) as typeof setInterval
  globalThis.clearInterval = (timer) => {
    held.delete(timer)
    clearInterval(timer)
  }
}

/** All streams of a process are looked at; other sites than this one are played at the same time. */
export function lookAtStreams(site: object, process: number): void {
  for (const each of [...held.values()]) if (each.site === site && each.process === process) each.act()
}

/** Whether the store is asked for the sake of streams: nobody waits for that, and nobody is told that it failed. */
export function isLook(): boolean {
  if (held.size === 0) return false
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 20
  const isOfStreams = /\/ending\/streams\.ts/.test(new Error().stack ?? '')
  Error.stackTraceLimit = stackTraceLimit
  return isOfStreams
}

/** A look is no part of what brought it about. */
export function lookOf({ site, process, host }: Action): Action {
  return {
    ...{ kind: 'measure', request: null, measure: { do: 'look' }, site, process, host },
    ...{
      userId: null,
      sid: null,
      startTick: 0,
      startTime: 0,
      lowest: 0,
      highest: 0,
      held: null,
      heldUserId: null,
    },
    ...nothingDone(),
  }
}
