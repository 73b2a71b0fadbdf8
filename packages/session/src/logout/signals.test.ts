import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { UnsecuredJWT } from 'jose'
import { hasCode } from '../testing/laws/signed-in.ts'
import { clientId, issuer, provider, seconds, signed, signedInSessions } from './provider.test-helper.ts'
import { type SignalsRouteOptions, signalsRoute } from './signals-route.ts'

const caep = 'https://schemas.openid.net/secevent/caep/event-type/'
const verification = 'https://schemas.openid.net/secevent/ssf/event-type/verification'
const url = 'https://shop.example.com/signals'
const secret = randomBytes(32).toString('base64url')
const issSub = (sub: string, iss = issuer) => ({ format: 'iss_sub', iss, sub })
const session = (id: string) => ({ format: 'opaque', id })

function started(options: Partial<SignalsRouteOptions> = {}) {
  const it = signedInSessions()
  const verified: unknown[] = []
  const route = signalsRoute(it.sessions, {
    providers: [provider],
    userOf: ({ format, email }) => (format === 'email' && email === 'bob@example.com' ? 'bob' : null),
    onVerification: (of) => verified.push(of),
    ...options,
  })
  let count = 0
  const claims = (type: string, sub_id: object | undefined, more: object = {}, event: object = {}) => ({
    ...{ iss: issuer, aud: [clientId, 'another'], iat: seconds(it.clock), jti: `event-${count++}`, sub_id },
    events: { [type]: event },
    ...more,
  })
  async function push(body: string | Uint8Array, headers: Record<string, string> = {}) {
    const type = { 'content-type': 'application/secevent+jwt' }
    const answer = await route(
      new Request(url, { method: 'POST', body: body as string, headers: { ...type, ...headers } }),
    )
    const text = await answer.text()
    const { err } = text === '' ? { err: undefined } : JSON.parse(text)
    return { status: answer.status, err, headers: answer.headers }
  }
  const sign = (all: object, header = {}, isStrange = false) =>
    signed(all, { typ: 'secevent+jwt', ...header }, isStrange)
  async function send(...of: Parameters<typeof claims>) {
    return (await push(await sign(claims(...of)))).status
  }
  return { ...it, claims, push, sign, send, verified }
}

test('session-revoked ends the session there that it names, or all of the user', async () => {
  const { send, signIn } = started()
  const revoked = `${caep}session-revoked`
  const [phone, desk] = [await signIn({ sid: 'phone' }), await signIn({ sid: 'desk' })]
  const bob = await signIn({ subject: 'b', sid: 'of b' }, 'bob')
  assert.equal(await send(revoked, { format: 'complex', user: issSub('a'), session: session('phone') }), 202)
  assert.deepEqual([await phone.user(), await desk.user()], [null, 'alice'])
  assert.equal(await send(revoked, { format: 'complex', user: issSub('b'), session: session('desk') }), 202)
  assert.equal(await desk.user(), 'alice', 'of another user')
  assert.equal(await send(revoked, issSub('a', 'https://evil.example.com')), 202)
  assert.equal(await desk.user(), 'alice', 'of another provider')
  assert.equal(await send(revoked, issSub('a')), 202)
  assert.deepEqual([await desk.user(), await bob.user()], [null, 'bob'])
  const own = await signIn(null, 'bob')
  assert.equal(await send(revoked, { format: 'email', email: 'bob@example.com' }), 202)
  assert.deepEqual([await bob.user(), await own.user()], [null, null])
  const opaque = await signIn({ subject: 'c', sid: 'tv' })
  assert.equal(await send(revoked, session('tv')), 202)
  assert.equal(await opaque.user(), null)
})

test('credential-change ends the other sessions, and asks for the password again in the one it was made in', async () => {
  const { clock, send, signIn } = started()
  const change = `${caep}credential-change`
  const [phone, desk] = [await signIn({ sid: 'phone' }), await signIn({ sid: 'desk' })]
  const subject = { format: 'complex', user: issSub('a'), session: session('phone') }
  assert.equal(await send(change, subject, {}, { change_type: 'update', credential_type: 'password' }), 202)
  assert.deepEqual([await phone.user(), await desk.user()], ['alice', null])
  const asked = await phone.session()
  assert.throws(() => asked.requireFresh('1h'), hasCode('reauthentication_required'))
  await asked.reauthenticate()
  asked.requireFresh('1h')
  clock.advance('1m')
  const again = await signIn({ sid: 'again', iat: seconds(clock) })
  assert.equal(await send(change, issSub('a'), {}, { event_timestamp: seconds(clock) - 30 }), 202)
  assert.equal(await again.user(), 'alice', 'who has signed in since has the new password')
  assert.equal(await send(change, issSub('a')), 202)
  assert.equal(await again.user(), null)
})

test('an event that is told late ends nothing that began since', async () => {
  const { clock, send, signIn } = started()
  const happened = { event_timestamp: seconds(clock) }
  const [old, oldBob] = [await signIn({ iat: seconds(clock) - 60 }), await signIn(null, 'bob')]
  clock.advance('10m')
  const [anew, bob] = [await signIn({ iat: seconds(clock) }), await signIn(null, 'bob')]
  for (const event of ['session-revoked', 'credential-change']) {
    assert.equal(await send(`${caep}${event}`, issSub('a'), {}, happened), 202)
    assert.equal(
      await send(`${caep}${event}`, { format: 'email', email: 'bob@example.com' }, {}, happened),
      202,
    )
  }
  assert.deepEqual([await old.user(), await oldBob.user()], [null, null])
  assert.deepEqual([await anew.user(), await bob.user()], ['alice', 'bob'])
})

test('a verification event says that the stream works', async () => {
  const { send, verified } = started()
  assert.equal(await send(verification, session('stream'), {}, { state: 'abc' }), 202)
  assert.equal(await send(verification, session('stream')), 202)
  assert.deepEqual(verified, [
    { issuer, state: 'abc' },
    { issuer, state: null },
  ])
})

test('an event that comes again is taken again, and does nothing', async () => {
  const { claims, push, sign, signIn } = started()
  const token = await sign(claims(`${caep}session-revoked`, issSub('a')))
  assert.equal((await push(token)).status, 202)
  const { user } = await signIn()
  assert.equal((await push(token)).status, 202)
  assert.equal(await user(), 'alice')
})

test('what is no security event for us is refused by the words of RFC 8935, and ends nothing', async () => {
  const { claims, clock, push, sign, signIn } = started()
  const { user } = await signIn({ sid: 's' })
  const revoked = `${caep}session-revoked`
  const bad: Readonly<Record<string, [object, string]>> = {
    'another issuer': [{ iss: 'https://evil.example.com' }, 'invalid_issuer'],
    'another audience': [{ aud: 'another' }, 'invalid_audience'],
    'no audience': [{ aud: undefined }, 'invalid_audience'],
    'no jti': [{ jti: undefined }, 'invalid_request'],
    'no iat': [{ iat: undefined }, 'invalid_request'],
    'iat of tomorrow': [{ iat: seconds(clock) + 301 }, 'invalid_request'],
    'an exp': [{ exp: seconds(clock) + 60 }, 'invalid_request'],
    'a sub': [{ sub: 'a' }, 'invalid_request'],
    'a nonce': [{ nonce: 'n' }, 'invalid_request'],
    'no events': [{ events: undefined }, 'invalid_request'],
    'empty events': [{ events: {} }, 'invalid_request'],
    'an event that is no object': [{ events: { [revoked]: 1 } }, 'invalid_request'],
    'a time that is none': [{ events: { [revoked]: { event_timestamp: 'now' } } }, 'invalid_request'],
    'no subject': [{ sub_id: undefined }, 'invalid_request'],
    'a subject without its name': [{ sub_id: { format: 'iss_sub', iss: issuer } }, 'invalid_request'],
    'a device of the user': [
      { sub_id: { format: 'complex', user: issSub('a'), device: session('d') } },
      'invalid_request',
    ],
  }
  for (const [name, [more, code]] of Object.entries(bad)) {
    const { status, err, headers } = await push(await sign(claims(revoked, issSub('a'), more)))
    assert.deepEqual([status, err], [400, code], name)
    assert.equal(headers.get('cache-control'), 'no-store')
  }
  const good = claims(revoked, issSub('a'))
  assert.equal((await push(await sign(good, {}, true))).err, 'invalid_key')
  assert.equal((await push(await sign(good, { kid: 'two' }))).err, 'invalid_key')
  assert.equal((await push(await sign(good, { typ: 'JWT' }))).status, 400)
  assert.equal((await push(await sign(good, { typ: undefined }))).status, 400)
  assert.equal((await push(new UnsecuredJWT(good).encode())).status, 400)
  for (const body of ['', 'x', '{}', 'A'.repeat(100_000), new Uint8Array([0xff])])
    assert.equal((await push(body)).status, 400)
  assert.equal((await push(await sign(good), { 'content-type': 'application/jwt' })).status, 400)
  assert.equal(await user(), 'alice')
  assert.equal((await push(await sign(good))).status, 202)
  assert.equal(await user(), null)
})

test('a transmitter that has a secret must bring it', async () => {
  const { claims, push, sign, signIn } = started({ transmitters: { idp: secret } })
  const { user } = await signIn()
  const token = await sign(claims(`${caep}session-revoked`, issSub('a')))
  for (const authorization of ['', 'Bearer x', `Basic ${secret}`]) {
    const { status, err, headers } = await push(token, { authorization })
    assert.deepEqual([status, err], [401, 'authentication_failed'])
    assert.ok(headers.get('www-authenticate'))
  }
  assert.equal(await user(), 'alice')
  assert.equal((await push(token, { authorization: `Bearer ${secret}` })).status, 202)
  assert.equal(await user(), null)
})

test('a store that fails is answered with 503, and the event sent again ends the session', async () => {
  const { broken, claims, push, sign, signIn } = started()
  const { user } = await signIn()
  const token = await sign(claims(`${caep}session-revoked`, issSub('a')))
  broken.fail(true)
  assert.equal((await push(token)).status, 503)
  broken.fail(false)
  assert.equal((await push(token)).status, 202)
  assert.equal(await user(), null)
})
