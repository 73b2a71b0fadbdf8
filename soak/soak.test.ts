import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

function soaking(...args: readonly string[]) {
  return spawn(process.execPath, ['soak/soak.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
}

test('Ctrl-C ends it with its table', async () => {
  const child = soaking('--store', 'memory', '--seed', '7')
  const exit = once(child, 'exit')
  const [first] = await once(child.stdout, 'data')
  assert.match(String(first), /soaking memory, near cache over memory for 10 minutes; seed 7/)
  child.kill('SIGINT')
  const table = await text(child.stdout)
  assert.match(table, /^memory +\d+ +[\d,]+ +0$/m)
  assert.deepEqual(await exit, [0, null])
})

test('wrong arguments are refused, with what there is', async () => {
  for (const [args, about] of [
    [['--minutes', '0'], /--minutes 0 is not between/],
    [['--store', 'oracle'], /--store oracle: there are memory, sqlite/],
    [['--seed', 'x'], /--seed x is not a whole number/],
  ] as const) {
    const child = soaking(...args)
    const exit = once(child, 'exit')
    assert.match(await text(child.stderr), about)
    assert.deepEqual(await exit, [2, null])
  }
})
