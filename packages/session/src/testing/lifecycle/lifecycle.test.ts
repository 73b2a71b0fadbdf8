import assert from 'node:assert/strict'
import { test } from 'node:test'
import { playBatch } from './batch.test-helper.ts'
import { kept } from './kept.test-helper.ts'
import { playLifecycle } from './play.ts'
import { backends } from './stores.test-helper.ts'

/** How many interleavings a store is given here. `npm run soak` goes on from there. */
const inProcess = 1500
const onServer = 500
const runsOn = (name: string) => (name === 'memory' || name === 'sqlite' ? inProcess : onServer)
/** Played at the same time, since a server is mostly waited for. */
const lanesOn = (name: string) => (runsOn(name) === inProcess ? 1 : 4)

for (const [name, open] of Object.entries(backends)) {
  test(`${name}: whatever happens in whatever order, the laws hold`, async (t) => {
    const backend = await open()
    const lanes = await Promise.all(Array.from({ length: lanesOn(name) }, () => backend.lane()))
    for (const { program } of kept) await playLifecycle(lanes[0] ?? (await backend.lane()), program)
    const first = Math.trunc(Math.random() * 2 ** 31)
    const played = await Promise.all(
      lanes.map((lane, at) => playBatch(lane, { seed: first + at, runs: runsOn(name) / lanes.length })),
    )
    for (const lane of lanes) await lane.close()
    await backend.close()
    for (const { violation } of played) assert.equal(violation, null, JSON.stringify(violation, null, 2))
    const operations = played.reduce((sum, each) => sum + each.operations, 0)
    t.diagnostic(`${runsOn(name)} interleavings, ${operations} store operations`)
  })
}
