import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Tail, tailOf } from '../speed/statistics.ts'
import { credentialIn } from './cost.ts'
import type { Shared, Way } from './ways.ts'

/** Milliseconds from the end of the call that signs out to the first refusal in another process; null: none came. */
export type Obeyed = Tail | null

/** Milliseconds after which a logout counts as not obeyed. */
export const patience = 5000

/** What one process ends, seen from another. */
export async function obeyedBy(way: Way, shared: Shared, count: number): Promise<Obeyed> {
  const other = await startOther(way, shared)
  try {
    const delays: number[] = []
    for (let n = 0; n < count; n++) {
      const { header, end } = await way.issue('alice')
      const letIn = told(other, 'letIn')
      other.send({ watch: credentialIn(header[1]) })
      if ((await letIn).letIn !== 'in') throw new Error(`${way.name} let nobody in.`)
      const refused = told(other, 'outcome')
      await end()
      const endedAt = Number(process.hrtime.bigint()) / 1e6
      const answer = await Promise.race([refused, setTimeout(patience, null, { ref: false })])
      if (answer === null) return null
      delays.push(Math.max(0, Number(answer.at) - endedAt))
    }
    return tailOf(delays)
  } finally {
    await stop(other)
  }
}

/** What a verifying process says while its store stands still: at once, and after `patience`. */
export async function outageOf(
  way: Way,
  shared: Shared,
  outage: { pause(): Promise<void>; resume(): Promise<void> },
): Promise<string> {
  const other = await startOther(way, shared)
  try {
    const { header } = await way.issue('alice')
    const letIn = told(other, 'letIn')
    other.send({ watch: credentialIn(header[1]) })
    await letIn
    const failed = told(other, 'outcome')
    const since = Number(process.hrtime.bigint()) / 1e6
    await outage.pause()
    try {
      const answer = await Promise.race([failed, setTimeout(3 * patience, null, { ref: false })])
      if (answer === null) return 'goes on'
      const seconds = Math.max(0, (Number(answer.at) - since) / 1000).toFixed(1)
      return answer.outcome === 'failed'
        ? `goes on for up to ${seconds} s, then 503`
        : `signed out after ${seconds} s`
    } finally {
      await outage.resume()
    }
  } finally {
    await stop(other)
  }
}

async function startOther(way: Way, shared: Shared): Promise<ChildProcess> {
  const other = fork(join(import.meta.dirname, 'verifying-process.ts'), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ready = told(other, 'ready')
  other.send({ start: way.name, shared })
  await ready
  return other
}

/** The next message that has this member. */
async function told(other: ChildProcess, member: string): Promise<Record<string, unknown>> {
  for (;;) {
    const [message] = await once(other, 'message')
    if (member in message) return message
  }
}

async function stop(other: ChildProcess): Promise<void> {
  const gone = once(other, 'exit')
  other.kill('SIGKILL')
  await gone
}
