import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { fakeClock } from '../../testing/clock.ts'
import type { DpopMode, GuardDpopOptions } from '../dpop/guard-dpop.ts'
import { prover } from '../dpop/prover.test-helper.ts'
import { isTokenError } from '../token-error.ts'
import type { TokenRefused, TokenRequest } from './admission.ts'
import { createTokenGuard } from './guard.ts'
import type { TokenGuardOptions } from './guard-options.ts'
import { audience, forged, issuer, keys, noon, outcome } from './tokens.test-helper.ts'

const url = 'https://api.example.com/notes'
const client = await prover()
const bound = forged({ claims: { cnf: { jkt: client.thumbprint }, scope: 'read' } })
const bearer = forged({ claims: { scope: 'read' } })

function started(dpop: DpopMode | GuardDpopOptions | undefined, more: Partial<TokenGuardOptions> = {}) {
  const clock = fakeClock(noon)
  const refused: TokenRefused[] = []
  const guard = createTokenGuard({
    ...{ issuer, audience, keys: keys.EdDSA, revocations: 'offline', now: clock.now, dpop },
    onRefused: (each) => refused.push(each),
    ...more,
  })
  const proof = (claims: Record<string, unknown> = {}, token = bound) =>
    client.prove({ method: 'GET', url, token, at: clock.now() }, claims)
  const ask = (authorization: string, dpop: string | null = null, more: Partial<TokenRequest> = {}) =>
    outcome(() => guard.verifyRequest({ method: 'GET', url, authorization, dpop, ...more }))
  return { clock, guard, refused, proof, ask }
}

test('a bound token is let in with a new proof each time, seen before or not', async () => {
  for (const mode of ['allowed', 'required'] as const) {
    const { guard, proof, ask } = started(mode)
    for (let use = 0; use < 3; use++) assert.equal(await ask(`DPoP ${bound}`, await proof()), 'alice')
    const one = await proof()
    assert.equal(await ask(`dpop ${bound}`, one), 'alice', 'a scheme is in any case')
    assert.equal(await ask(`DPoP ${bound}`, one), 'dpop_proof_invalid', 'a proof is of one request')
    assert.equal(await ask(`DPoP ${bound}`), 'dpop_proof_invalid')
    assert.equal(await ask(`DPoP ${bound}`, await proof({ htm: 'POST' })), 'dpop_proof_invalid')
    assert.equal(await ask(`DPoP ${bound}`, await proof({ htu: `${url}/1` })), 'dpop_proof_invalid')
    assert.equal(await ask(`DPoP ${bound}`, `${await proof()}, ${await proof()}`), 'dpop_proof_invalid')
    assert.equal(await ask(`Bearer ${bound}`, await proof()), 'dpop_required')
    assert.equal(await outcome(() => guard.verify(bound)), 'dpop_required')
    assert.equal(await outcome(() => guard.verifyHeader(`Bearer ${bound}`)), 'dpop_required')
    assert.equal(await outcome(() => guard.verifyHeader(`DPoP ${bound}`)), 'token_missing')
  }
})

test('whoever needs no proof is let in without, but where all need one', async () => {
  const { guard, proof, ask } = started('allowed')
  assert.equal(await ask(`Bearer ${bearer}`), 'alice')
  assert.ok(!(guard.verify(bearer) instanceof Promise))
  assert.equal(await ask(`DPoP ${bearer}`, await proof({}, bearer)), 'dpop_required')
  const strict = started('required')
  assert.equal(await strict.ask(`Bearer ${bearer}`), 'dpop_required')
  assert.equal(await strict.ask(`DPoP ${bearer}`, await proof({}, bearer)), 'dpop_required')
  assert.equal(await outcome(() => strict.guard.verify(bearer)), 'dpop_required')
})

test('a guard that looks for no proofs takes no bound token, whatever comes with it', async () => {
  const { proof, ask, guard } = started(undefined)
  assert.equal(await ask(`Bearer ${bound}`, await proof()), 'dpop_required')
  assert.equal(await ask(`DPoP ${bound}`, await proof()), 'token_missing')
  assert.equal(await outcome(() => guard.verify(bound)), 'dpop_required')
  assert.equal(await outcome(() => guard.verify(bound)), 'dpop_required', 'seen before')
})

test('a proof is asked for once a request, however many guards stand before it', async () => {
  const { proof, ask } = started('required')
  const [one, of] = [await proof(), {}]
  assert.equal(await ask(`DPoP ${bound}`, one, { of }), 'alice')
  assert.equal(await ask(`DPoP ${bound}`, one, { of }), 'alice')
  assert.equal(await ask(`DPoP ${bound}`, one, { of: {} }), 'dpop_proof_invalid')
  const other = forged({ claims: { cnf: { jkt: client.thumbprint }, sub: 'bob' } })
  assert.equal(await ask(`DPoP ${other}`, one, { of }), 'dpop_proof_invalid', 'of another token')
})

test('behind a proxy, the address is the public one', async () => {
  const { proof, ask } = started({ mode: 'required', url: 'https://api.example.com/v1/' })
  const there = { url: 'http://10.0.0.7:3000/notes?page=2' }
  const htu = 'https://api.example.com/v1/notes'
  assert.equal(await ask(`DPoP ${bound}`, await proof({ htu }), there), 'alice')
  assert.equal(await ask(`DPoP ${bound}`, await proof({ htu: there.url }), there), 'dpop_proof_invalid')
  assert.equal(await ask(`DPoP ${bound}`, await proof({ htu }), { url: 'no url' }), 'dpop_proof_invalid')
})

test('a challenge says what is taken here, and the nonce that the next proof needs', async () => {
  const challengeOf = async (verify: () => unknown): Promise<Readonly<Record<string, string>>> => {
    try {
      await verify()
    } catch (error) {
      assert.ok(isTokenError(error))
      return { code: error.code, ...error.headers }
    }
    return assert.fail('it was let in')
  }
  const none = { method: 'GET', url, authorization: null }
  const algs = 'algs="EdDSA Ed25519 ES256 RS256"'
  const realm = `realm="${audience}"`
  const allowed = started('allowed')
  assert.deepEqual(await challengeOf(() => allowed.guard.verifyRequest(none)), {
    code: 'token_missing',
    'www-authenticate': `Bearer ${realm}, DPoP ${realm}, ${algs}`,
  })
  const { guard, proof } = started({
    mode: 'required',
    nonce: { secret: randomBytes(32).toString('base64url') },
  })
  const asked = await challengeOf(() => guard.verifyRequest(none))
  const nonce = asked['dpop-nonce']
  assert.equal(asked['www-authenticate'], `DPoP ${realm}, ${algs}`)
  const authorization = `DPoP ${bound}`
  const stale = await challengeOf(async () =>
    guard.verifyRequest({ ...none, authorization, dpop: await proof() }),
  )
  assert.equal(stale.code, 'dpop_nonce_required')
  assert.match(stale['www-authenticate'] ?? '', /^DPoP realm="https:[^"]*", error="use_dpop_nonce", /)
  assert.equal(stale['dpop-nonce'], nonce)
  const token = await guard.verifyRequest({ ...none, authorization, dpop: await proof({ nonce }) })
  assert.equal(token.isBound, true)
  const lacking = await challengeOf(() => guard.requireScope(token, 'delete'))
  assert.match(lacking['www-authenticate'] ?? '', /^DPoP .*error="insufficient_scope".*scope="delete"/)
})

test('who brings a stolen token is not told what it is good for', async () => {
  const { ask, proof } = started('required', { scope: ['delete'] })
  assert.equal(await ask(`DPoP ${bound}`), 'dpop_proof_invalid')
  assert.equal(await ask(`DPoP ${bound}`, await proof()), 'insufficient_scope')
})

test('a guard whose proofs cannot be judged does not start', () => {
  for (const dpop of ['on', true, null, {}, { mode: 'all' }] as unknown as DpopMode[])
    assert.throws(() => started(dpop), { code: 'config_invalid', message: /'allowed' or 'required'/ })
  for (const url of ['api.example.com', 'ftp://api.example.com', 'https://api.example.com/?a', 5])
    assert.throws(() => started({ mode: 'required', url: url as string }), {
      code: 'config_invalid',
      message: /Write url:/,
    })
  const odd = { mode: 'required', nonces: {} } as unknown as GuardDpopOptions
  assert.throws(() => started(odd), { code: 'config_invalid' })
})

test('everybody who is refused is told of by code and name, and no token is', async () => {
  const { guard, refused, ask, proof } = started('allowed')
  const mallory = await prover()
  const stolen = await mallory.prove({ method: 'GET', url, token: bound, at: noon })
  const expired = forged({ claims: { exp: noon / 1000 - 10 } })
  const odd = forged({ claims: { jti: `a ${'secret'}\n`, exp: 1 } })
  await ask('')
  await ask('Bearer x')
  await ask(`Bearer ${bearer.slice(0, -4)}AAAA`)
  await ask(`Bearer ${expired}`)
  await ask(`Bearer ${odd}`)
  await ask(`Bearer ${bound}`)
  await ask(`DPoP ${bound}`, stolen)
  const token = await guard.verify(bearer)
  assert.throws(() => guard.requireScope(token, 'delete'))
  const idOf = (text: string) => JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()).jti
  const at = noon
  assert.deepEqual(refused, [
    { code: 'token_missing', id: null, at },
    { code: 'token_malformed', id: null, at },
    { code: 'signature_invalid', id: null, at },
    { code: 'token_expired', id: idOf(expired), at },
    { code: 'token_expired', id: null, at },
    { code: 'dpop_required', id: idOf(bound), at },
    { code: 'dpop_proof_invalid', id: idOf(bound), at },
    { code: 'insufficient_scope', id: idOf(bearer), at },
  ])
  assert.equal(await ask(`DPoP ${bound}`, await proof()), 'alice')
  assert.equal(refused.length, 8)
})

test('who listens to refusals and fails changes none', async () => {
  const warnings: string[] = []
  const { ask } = started('allowed', {
    warn: (message) => warnings.push(message),
    onRefused: async () => {
      throw new Error('broken')
    },
  })
  assert.equal(await ask('Bearer x'), 'token_malformed')
  await new Promise((done) => setImmediate(done))
  assert.deepEqual(warnings, ['latchkey: onRefused of createTokenGuard threw: broken'])
})

test('whatever comes in the headers, it is refused by a token error', async () => {
  const { guard, proof } = started('allowed')
  const [one = '', two = ''] = [await proof(), await proof()]
  const refuses = async (request: TokenRequest) => {
    try {
      await guard.verifyRequest(request)
    } catch (error) {
      assert.ok(isTokenError(error), String(error))
      assert.equal(error.status, 401)
      assert.doesNotMatch(error.headers['www-authenticate'] ?? '', /[^\x20-\x7e]/)
      return
    }
    assert.fail('it was let in')
  }
  const text = fc.string({ unit: 'binary', maxLength: 300 })
  const scheme = fc.constantFrom('Bearer ', 'DPoP ', 'bEARER ', 'DPOP  ', 'Basic ', 'DPoP\t', '')
  const authorization = fc.oneof(
    fc.tuple(scheme, text).map((parts) => parts.join('')),
    scheme.map((each) => each + bound),
  )
  // One octet of a good proof is another, or there are two.
  const spoilt = fc
    .tuple(fc.nat(one.length - 1), fc.constantFrom(...'AZaz09-_.,= '))
    .map(([at, other]) =>
      one[at] === other ? `${one},${two}` : one.slice(0, at) + other + one.slice(at + 1),
    )
  const dpop = fc.oneof(text, spoilt, fc.constantFrom(null, undefined, '', bound))
  const method = fc.constantFrom('GET', 'get', 'POST', '', '*')
  const urls = fc.oneof(text, fc.constantFrom(url, `${url}?a`, '/notes', 'https://', 'http://[/'))
  await fc.assert(
    fc.asyncProperty(fc.record({ authorization, dpop, method, url: urls }), (request) =>
      refuses(request as TokenRequest),
    ),
    { numRuns: 500 },
  )
})
