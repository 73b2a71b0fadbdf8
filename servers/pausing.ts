import assert from 'node:assert/strict'
import { descendantsOf, processes } from './process-tree.ts'
import type { Server } from './server.ts'
import { until } from './until.ts'

/** Asserts that a paused server, with all its processes, does not answer, and that it does once it is resumed. */
export async function assertPauses(server: Server, ask: () => Promise<unknown>): Promise<void> {
  await server.pause()
  let answered = false
  const answer = ask().finally(() => {
    answered = true
  })
  await until('every process is stopped', () => statesOf(server.pid).every((state) => state.startsWith('T')))
  assert.ok(!answered)
  await server.resume()
  await answer
}

function statesOf(pid: number): string[] {
  const all = processes()
  const own = all.filter((running) => running.pid === pid)
  return [...own, ...descendantsOf(pid, all)].map(({ state }) => state)
}
