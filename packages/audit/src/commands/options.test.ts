import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Command } from 'commander'
import { checkOptions } from '../options/check-options.ts'
import { auditOptionsFrom, type TargetFlags, withTargetOptions } from './options.ts'
import { withOthersOptions } from './others.ts'
import { valueReader } from './secret.ts'

const site = 'http://127.0.0.1:9/'
const words = 'lantern-over-the-quay'

/** What an audit is asked by these words, apart from the account. */
async function asked(...args: readonly string[]) {
  const command = withOthersOptions(withTargetOptions(new Command()))
  command.parse(['--username', 'ada', '--password', 'x', ...args], { from: 'user' })
  const read = valueReader(async () => `${words}\n`)
  const { url, username, password, ...rest } = await auditOptionsFrom(site, command.opts<TargetFlags>(), read)
  assert.deepEqual([url, username, password], [site, 'ada', 'x'])
  return rest
}

test('nothing is asked that was not typed', async () => {
  assert.deepEqual(await asked(), {})
})

test('streams may be several, and how long they may be silent is a number', async () => {
  assert.deepEqual(
    await asked('--stream', '/events', '--stream', 'ws://127.0.0.1:9/feed', '--stream-wait', '2'),
    {
      streams: ['/events', 'ws://127.0.0.1:9/feed'],
      streamWait: 2,
    },
  )
})

test('signing out everywhere is asked for, by a button or by name', async () => {
  assert.deepEqual(await asked('--logout-everywhere'), { logoutEverywhere: true })
  assert.deepEqual(await asked('--logout-everywhere-url', '/sessions/end'), {
    logoutEverywhereUrl: '/sessions/end',
  })
  assert.deepEqual(await asked('--logout-everywhere-request', 'DELETE /sessions'), {
    logoutEverywhereRequest: 'DELETE /sessions',
  })
})

test('a second account has its password where it was said to be', async () => {
  assert.deepEqual(await asked('--second-username', 'eve', '--second-password', '-'), {
    secondUsername: 'eve',
    secondPassword: words,
  })
})

test('what a visitor may send is sent only where it was named, or all of it allowed', async () => {
  const requests = ['POST /forgot user={{username}}', 'POST /verify code=1']
  const named = requests.flatMap((request) => ['--puzzle-request', request])
  assert.deepEqual(await asked(...named), { puzzleRequests: requests })
  assert.deepEqual(await asked('--puzzle'), { puzzle: true })
})

test('what cannot be what was meant is said by its option, without the password', async () => {
  for (const [args, about] of [
    [['--stream', 'wss://elsewhere.test/feed'], /^--stream is on another host/],
    [['--logout-everywhere-url', 'ftp://x/'], /^--logout-everywhere-url must start with/],
    [['--logout-everywhere-url', 'http://elsewhere.test/'], /^--logout-everywhere-url is on another host/],
    [
      ['--logout-everywhere-url', '/all', '--logout-everywhere-request', 'POST /all'],
      /either --logout-everywhere-url or --logout-everywhere-request/,
    ],
    [['--second-username', 'eve'], /^--second-username and --second-password go together/],
    [['--second-username', 'ada', '--second-password', words], /another account than --username/],
    [['--puzzle-request', 'POST /forgot who={{who}}'], /there is \{\{username\}\}/],
    [['--puzzle-request', 'POST http://elsewhere.test/'], /^--puzzle-request is on another host/],
  ] as const) {
    const check = async () =>
      checkOptions({ url: site, username: 'ada', password: 'x', ...(await asked(...args)) })
    await assert.rejects(check, (error: Error) => {
      assert.match(error.message, about)
      assert.ok(!error.message.includes(words))
      return true
    })
  }
  assert.throws(
    () => checkOptions({ url: site, passive: true, puzzle: true }),
    /--puzzle and --puzzle-request/,
  )
  assert.throws(() => checkOptions({ url: site, passive: true, idSamples: 7 }), /--id-samples/)
  assert.throws(() => checkOptions({ url: site, passive: true, streamWait: 0 }), /--stream-wait/)
})
