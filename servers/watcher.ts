// Ends what a process started when that process is gone, however it went: it holds the other end of our standard
// input, which the system closes with it. Started by guard.ts, one for each process.
import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import type { GuardMessage } from './guard.ts'
import { isRunning, signalOne, signalTree } from './process-tree.ts'

const children = new Map<number, NodeJS.Signals>()
const folders = new Set<string>()

for await (const line of createInterface({ input: process.stdin })) {
  const message: GuardMessage = JSON.parse(line)
  if ('started' in message) children.set(message.started, message.stopSignal)
  else if ('ended' in message) children.delete(message.ended)
  else if ('made' in message) folders.add(message.made)
  else folders.delete(message.removed)
}
await Promise.all(Array.from(children, ([pid, signal]) => end(pid, signal)))
for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })

/** Asks first where that frees what a kill leaves behind, for two seconds at most. */
async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (signal !== 'SIGKILL') {
    signalTree(pid, 'SIGCONT')
    signalOne(pid, signal)
    for (let tries = 0; tries < 100 && isRunning(pid); tries++) await wait(20)
  }
  signalTree(pid, 'SIGKILL')
}
