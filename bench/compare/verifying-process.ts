// The other process of a comparison: it is given a credential, asks about it without a pause, and says when it was first let in
// and first refused, by the clock that all processes of a machine share.
import { setImmediate } from 'node:timers/promises'
import type { Shared } from './ways.ts'
import { waysOf } from './ways.ts'

type Message = { readonly start: string; readonly shared: Shared } | { readonly watch: string }

const now = () => Number(process.hrtime.bigint()) / 1e6
let verify: ((value: string) => Promise<string | null> | string | null) | null = null

process.on('message', (message: Message) => {
  if ('start' in message) void start(message.start, message.shared)
  else void watch(message.watch)
})

async function start(name: string, shared: Shared): Promise<void> {
  const way = waysOf(shared).find((one) => one.name === name)
  if (!way) throw new Error(`There is no ${name}.`)
  verify = await way.verifier()
  process.send?.({ ready: true })
}

/** Two answers, so that what a cache keeps it keeps by then; then until the first refusal or failure. */
async function watch(value: string): Promise<void> {
  for (let asked = 0; ; asked++) {
    const outcome = await said(value)
    if (asked === 1) process.send?.({ letIn: outcome })
    if (outcome !== 'in') return void process.send?.({ outcome, at: now() })
    await setImmediate()
  }
}

async function said(value: string): Promise<'in' | 'refused' | 'failed'> {
  try {
    return (await verify?.(value)) == null ? 'refused' : 'in'
  } catch {
    return 'failed'
  }
}
