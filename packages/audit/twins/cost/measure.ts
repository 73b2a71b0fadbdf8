import { setTimeout as sleep } from 'node:timers/promises'
import type { gather } from '../../src/gathering/gather.ts'
import type { ProgressEvent } from '../../src/options/options.ts'
import type { Twin } from '../twin.ts'
import { slowly } from './slowly.ts'

/** What one step, or a whole audit, takes. */
export interface Cost {
  readonly requests: number
  readonly logins: number
  readonly milliseconds: number
  /** Of those, what was waited for on purpose. */
  readonly waited: number
}

export const NOTHING: Cost = { requests: 0, logins: 0, milliseconds: 0, waited: 0 }

/** Of this checkout or of another. */
export type Gather = typeof gather

/** Audits a twin once, and says what each step took, by its name and in its order. */
export async function measure(gather: Gather, twin: Twin, delay: number): Promise<ReadonlyMap<string, Cost>> {
  const running = await twin.start()
  const far = delay > 0 ? await slowly(running.url, delay) : null
  try {
    const url = far?.url ?? running.url
    const costs = new Map<string, Cost>()
    let waited = 0
    let last = { ...NOTHING, milliseconds: performance.now() }
    const onProgress = ({ step, requests, logins }: ProgressEvent) => {
      const now = { requests, logins, milliseconds: performance.now(), waited }
      costs.set(step, plus(costs.get(step) ?? NOTHING, minus(now, last)))
      last = now
    }
    const wait = async (milliseconds: number) => {
      const began = performance.now()
      await sleep(milliseconds)
      waited += performance.now() - began
    }
    await gather({ url, ...twin.options(url), onProgress }, { wait })
    return costs
  } finally {
    await far?.close()
    await running.close()
  }
}

export function plus(a: Cost, b: Cost): Cost {
  return combined(a, b, (one, other) => one + other)
}

export function minus(a: Cost, b: Cost): Cost {
  return combined(a, b, (one, other) => one - other)
}

function combined(a: Cost, b: Cost, how: (one: number, other: number) => number): Cost {
  return {
    requests: how(a.requests, b.requests),
    logins: how(a.logins, b.logins),
    milliseconds: how(a.milliseconds, b.milliseconds),
    waited: how(a.waited, b.waited),
  }
}
