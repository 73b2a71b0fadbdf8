import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valueReader } from './secret.ts'
import { type TimeoutFlags, timeoutsFrom } from './timeouts.ts'

const read = (flags: TimeoutFlags) =>
  timeoutsFrom(
    flags,
    valueReader(async () => 'lantern-over-the-quay\n'),
  )

test('times have a unit', async () => {
  assert.deepEqual(await read({ idleTimeout: '30m', absoluteTimeout: '8h' }), {
    idleTimeout: 1800,
    absoluteTimeout: 28_800,
  })
  assert.deepEqual(await read({ idleTimeout: '90s', absoluteTimeout: '1d' }), {
    idleTimeout: 90,
    absoluteTimeout: 86_400,
  })
  for (const idleTimeout of ['30', '0m', '-1m', '1.5h', '30 m', '']) {
    await assert.rejects(read({ idleTimeout }), { code: 'usage', message: /wants a time with its unit/ })
  }
})

test('the passphrase of the file stands on no command line', async () => {
  assert.deepEqual(await read({ resume: 'a.json', resumePassphrase: '-' }), {
    resume: { file: 'a.json', passphrase: 'lantern-over-the-quay' },
  })
  await assert.rejects(read({ resume: 'a.json', resumePassphrase: 'lantern-over-the-quay' }), {
    code: 'usage',
    message: /^(?!.*lantern).*env:NAME/,
  })
  await assert.rejects(read({ resume: 'a.json' }), { code: 'usage', message: /go together/ })
})
