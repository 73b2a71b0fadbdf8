import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fakeClock } from '../../testing/clock.ts'
import { tokens } from '../issue/tokens.ts'
import { nodeJwksRoute } from '../keys/jwks-handler.ts'
import type { KeyDocument } from '../keys/key-set.ts'
import { newKeys, rotatedKeys } from '../keys/rotation.ts'
import { createTokenGuard } from './guard.ts'
import { followJwks } from './remote-keys.ts'
import { audience, forged, goodClaims, issuer, noon, outcome } from './tokens.test-helper.ts'

type Listener = (req: IncomingMessage, res: ServerResponse) => unknown

/** An issuer on loopback, whose answer a test exchanges, and a guard that follows it. */
async function setUp(t: TestContext) {
  const clock = fakeClock(noon)
  const { now } = clock
  const first = await newKeys({ now })
  const source = { name: 'a test', changes: true, read: () => source.document, document: first }
  const usual = nodeJwksRoute(tokens({ issuer, keys: source, now }))
  const asked: IncomingMessage[] = []
  const issuing = { listener: usual as Listener, usual, asked, statuses: [] as number[] }
  const server = createServer((req, res) => {
    asked.push(req)
    res.on('finish', () => issuing.statuses.push(res.statusCode))
    issuing.listener(req, res)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`)
  const warnings: string[] = []
  const warn = (message: string) => warnings.push(message)
  const guard = createTokenGuard({ issuer, audience, jwksUrl: url, revocations: 'offline', now, warn })
  /** A token of now, signed by a key of a document. */
  const signed = ({ keys }: KeyDocument, at = 0) =>
    forged({ ...(keys[at] && { key: keys[at] }), claims: { ...goodClaims(now()), exp: now() / 1000 + 7200 } })
  const verdict = (token: string) => outcome(() => guard.verify(token))
  return { clock, first, source, issuing, url, warnings, signed, verdict }
}

test('keys are fetched once for all that wait for them, and then for none', async (t) => {
  const { first, issuing, signed, verdict } = await setUp(t)
  const all = await Promise.all(Array.from({ length: 50 }, () => verdict(signed(first))))
  assert.deepEqual(new Set(all), new Set(['alice']))
  assert.equal(issuing.asked.length, 1)
})

test('unknown keys are asked for once in ten seconds, however many there are', async (t) => {
  const { clock, first, source, issuing, signed, verdict } = await setUp(t)
  await verdict(signed(first))
  const unknown = () =>
    Promise.all([1, 2, 3].map((name) => verdict(forged({ header: { kid: `other ${name}` } }))))
  const refused = ['key_unknown', 'key_unknown', 'key_unknown']
  assert.deepEqual(await unknown(), refused, 'right after a fetch, nothing is asked')
  assert.equal(issuing.asked.length, 1)
  clock.advance('10s')
  assert.deepEqual(await unknown(), refused)
  assert.equal(issuing.asked.length, 2)
  assert.deepEqual(issuing.statuses, [200, 304], 'what has not changed is not sent again')
  source.document = await newKeys({ now: clock.now })
  // The issuer reads its keys every 30 s.
  clock.advance('30s')
  assert.equal(await verdict(signed(source.document)), 'alice', 'a key that is new')
  assert.equal(issuing.asked.length, 3)
})

test('a rotation is followed, and a key that is dropped ends within the age of the copy', async (t) => {
  const { clock, first, source, issuing, signed, verdict } = await setUp(t)
  const token = signed(first)
  assert.equal(await verdict(token), 'alice')
  source.document = await rotatedKeys(first, { now: clock.now, compromised: true })
  clock.advance('4m')
  assert.equal(await verdict(token), 'alice', 'the copy is fresh, and asked for anew in the background')
  assert.equal(await verdict(signed(source.document)), 'alice')
  clock.advance('61s')
  assert.equal(await verdict(token), 'key_unknown')
  assert.ok(issuing.asked.length <= 3)
})

test('an issuer that does not answer: what is known is good for a day, with a pause between requests', async (t) => {
  const { clock, first, issuing, url, warnings, signed, verdict } = await setUp(t)
  assert.equal(await verdict(signed(first)), 'alice')
  issuing.listener = (_req, res) => res.writeHead(500).end('{"keys":[]}')
  clock.advance('1h')
  for (let count = 0; count < 3; count++) assert.equal(await verdict(signed(first)), 'alice')
  assert.equal(issuing.asked.length, 2)
  assert.equal(await verdict(forged({ header: { kid: 'other' } })), 'key_unknown')
  assert.equal(issuing.asked.length, 2)
  const told = `latchkey: The keys at ${url} cannot be had: it answered 500. What was read before is used meanwhile.`
  assert.deepEqual(warnings, [told])
  clock.advance('23h')
  assert.equal(await verdict(signed(first)), 'keys_unavailable')
  issuing.listener = issuing.usual
  clock.advance('10s')
  assert.equal(await verdict(signed(first)), 'alice')
})

const odd: Readonly<Record<string, Listener>> = {
  'an error': (_req, res) => res.writeHead(503).end(),
  'a redirect': (req, res) => res.writeHead(302, { location: `${req.url}?again` }).end(),
  'no JSON': (_req, res) => res.end('<html>'),
  'no key set': (_req, res) => res.end('{"keys":{}}'),
  'no key that can be used': (_req, res) => res.end('{"keys":[{"kty":"AKP"}]}'),
  'a broken connection': (req) => req.socket.destroy(),
  'more than is read': (_req, res) => res.end(JSON.stringify({ keys: [], more: 'x'.repeat(300_000) })),
  'a 304 that nobody asked for': (_req, res) => res.writeHead(304).end(),
}
for (const [what, listener] of Object.entries(odd)) {
  test(`nothing is known, and the issuer answers with ${what}: 503`, async (t) => {
    const { clock, first, issuing, signed, verdict } = await setUp(t)
    issuing.listener = listener
    const codes = await Promise.all([1, 2, 3].map(() => verdict(signed(first))))
    assert.deepEqual(new Set(codes), new Set(['keys_unavailable']))
    assert.equal(await verdict(signed(first)), 'keys_unavailable')
    assert.equal(issuing.asked.length, 1, 'a failure has a pause as well')
    issuing.listener = issuing.usual
    clock.advance('10s')
    assert.equal(await verdict(signed(first)), 'alice')
  })
}

test('an odd key beside good ones locks nobody out', async (t) => {
  const { first, issuing, signed, verdict } = await setUp(t)
  const { d: _, ...good } = first.keys[0] ?? {}
  const others = [
    { kty: 'AKP', alg: 'ML-DSA-44' },
    null,
    7,
    { kty: 'OKP', crv: 'X25519', x: 'AA' },
    { kty: 'oct', k: 'AA' },
  ]
  issuing.listener = (_req, res) => res.end(JSON.stringify({ keys: [...others, good] }))
  assert.equal(await verdict(signed(first)), 'alice')
})

test('a symmetric key that somebody published verifies nothing', async (t) => {
  const { first, issuing, verdict } = await setUp(t)
  const symmetric = await newKeys({ algorithms: ['HS256'] })
  issuing.listener = (_req, res) => res.end(JSON.stringify({ keys: [...symmetric.keys, first.keys[0]] }))
  assert.equal(
    await verdict(forged({ algorithm: 'HS256', key: symmetric.keys[0] ?? first.keys[0] ?? { kty: '' } })),
    'algorithm_refused',
  )
})

test('an issuer that never answers is given up, and its address is in the error without a query', async (t) => {
  const { clock, issuing, url } = await setUp(t)
  issuing.listener = () => undefined
  const asked = new URL(`${url}?secret=1`)
  const followed = followJwks(asked, { now: clock.now, patience: 10 })
  await assert.rejects(
    async () => followed.get(),
    (error: Error) => {
      assert.match(error.message, /127\.0\.0\.1.*\/jwks\.json cannot be had/)
      assert.ok(!error.message.includes('secret'))
      return true
    },
  )
})
