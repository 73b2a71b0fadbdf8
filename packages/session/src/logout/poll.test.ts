import assert from 'node:assert/strict'
import { json } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { pollSignals } from './poll.ts'
import { clientId, issuer, provider, seconds, signed, signedInSessions } from './provider.test-helper.ts'
import { served } from './real-provider.test-helper.ts'

const revoked = 'https://schemas.openid.net/secevent/caep/event-type/session-revoked'

interface Poll {
  readonly ack?: readonly string[]
  readonly setErrs?: Readonly<Record<string, { readonly err: string }>>
  readonly maxEvents: number
}

/** A transmitter that gives out what is in `waiting`, until it is acknowledged. */
async function started(t: TestContext) {
  const it = signedInSessions()
  const waiting = new Map<string, string>()
  const asked: Poll[] = []
  const state = { status: 200 }
  const endpoint = await served(t, () => async (req, res) => {
    assert.equal(req.headers.authorization, 'Bearer of-the-stream')
    const body = (await json(req)) as Poll
    asked.push(body)
    for (const id of [...(body.ack ?? []), ...Object.keys(body.setErrs ?? {})]) waiting.delete(id)
    const given = [...waiting].slice(0, body.maxEvents)
    const answer = { sets: Object.fromEntries(given), moreAvailable: waiting.size > given.length }
    res.writeHead(state.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  const authorization = async () => 'Bearer of-the-stream'
  const signals = pollSignals(it.sessions, {
    providers: [provider],
    endpoint,
    authorization,
    interval: false,
  })
  t.after(() => signals.close())
  async function wait(id: string, sub: string, more: object = {}) {
    const sub_id = { format: 'iss_sub', iss: issuer, sub }
    const claims = {
      iss: issuer,
      aud: clientId,
      iat: seconds(it.clock),
      jti: id,
      sub_id,
      events: { [revoked]: {} },
    }
    waiting.set(id, await signed({ ...claims, ...more }, { typ: 'secevent+jwt' }))
  }
  return { ...it, asked, signals, state, wait, waiting }
}

test('polling takes what waits, acknowledges it, and says what it cannot take', async (t) => {
  const { asked, signals, signIn, wait, waiting } = await started(t)
  const { user } = await signIn()
  for (let n = 0; n < 25; n++) await wait(`event-${n}`, n === 24 ? 'a' : 'nobody')
  await wait('bad', 'a', { aud: 'another' })
  assert.equal(await signals.poll(), 25)
  assert.equal(await user(), null)
  assert.equal(waiting.size, 0)
  assert.deepEqual(
    asked.map(({ ack = [] }) => ack.length),
    [0, 20, 5],
  )
  assert.equal(asked.at(-1)?.setErrs?.bad?.err, 'invalid_audience')
  assert.equal(await signals.poll(), 0)
})

test('polling: what could not be done for the store is not acknowledged, and comes again', async (t) => {
  const { broken, signals, signIn, state, wait, waiting } = await started(t)
  const { user } = await signIn()
  await wait('one', 'a')
  broken.fail(true)
  await assert.rejects(signals.poll())
  broken.fail(false)
  assert.equal(waiting.size, 1)
  state.status = 500
  await assert.rejects(signals.poll())
  state.status = 200
  assert.equal(await user(), 'alice')
  assert.equal(await signals.poll(), 1)
  assert.equal(await user(), null)
  assert.equal(waiting.size, 0)
})
