import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { fakeClock } from '../../testing/clock.ts'
import { isTokenError } from '../token-error.ts'
import { createDpop, type DpopOptions } from './dpop.ts'
import { assertPossession, type Presented } from './guard-proof.ts'
import { prover } from './prover.test-helper.ts'

const url = 'https://api.example.com/notes'
const token = 'header.claims.signature'

async function started(options: DpopOptions = {}) {
  const clock = fakeClock()
  const dpop = createDpop(options, clock.now)
  const client = await prover()
  const presented = async (
    more: Partial<Presented> = {},
    claims: Record<string, unknown> = {},
  ): Promise<Presented> => ({
    ...{ scheme: 'DPoP', token, method: 'GET', url },
    proof: await client.prove({ method: 'GET', url, token, at: clock.now() }, claims),
    ...more,
  })
  return { clock, dpop, presented, cnf: { jkt: client.thumbprint } }
}

const fails = (code: string) => (error: unknown) => isTokenError(error) && error.code === code

test('a bound token is let in with a proof by its key, once', async () => {
  const { dpop, presented, cnf } = await started()
  const one = await presented()
  for (const mode of ['allowed', 'required'] as const)
    await assertPossession(dpop, mode, await presented(), cnf)
  await assertPossession(dpop, 'allowed', one, cnf)
  await assert.rejects(async () => assertPossession(dpop, 'allowed', one, cnf), fails('dpop_proof_invalid'))
})

test('a bound token is refused without what it is bound to', async () => {
  const { clock, dpop, presented, cnf } = await started()
  const other = await prover()
  const stolen = await other.prove({ method: 'GET', url, token, at: clock.now() })
  const cases: readonly (readonly [Presented, unknown, string])[] = [
    [await presented({ scheme: 'Bearer' }), cnf, 'dpop_required'],
    [await presented({ proof: null }), cnf, 'dpop_proof_invalid'],
    [await presented({ proof: stolen }), cnf, 'dpop_proof_invalid'],
    [await presented({}, { ath: undefined }), cnf, 'dpop_proof_invalid'],
    [await presented({ method: 'POST' }), cnf, 'dpop_proof_invalid'],
    [await presented(), {}, 'dpop_required'],
    [await presented(), { 'x5t#S256': 'certificate' }, 'dpop_required'],
    [await presented(), null, 'dpop_required'],
    [await presented(), { jkt: 5 }, 'dpop_required'],
  ]
  for (const [each, bound, code] of cases)
    await assert.rejects(async () => assertPossession(dpop, 'allowed', each, bound), fails(code))
  await assert.rejects(
    async () => assertPossession(null, null, await presented(), cnf),
    fails('dpop_required'),
  )
})

test('a token that is bound to nothing is Bearer alone, and nothing where keys are required', async () => {
  const { dpop, presented } = await started()
  const bearer = await presented({ scheme: 'Bearer', proof: null })
  await assertPossession(dpop, 'allowed', bearer, undefined)
  await assertPossession(null, null, bearer, undefined)
  await assert.rejects(
    async () => assertPossession(dpop, 'required', bearer, undefined),
    fails('dpop_required'),
  )
  await assert.rejects(
    async () => assertPossession(dpop, 'allowed', await presented(), undefined),
    fails('dpop_required'),
  )
})

test('the challenge says the scheme, the algorithms and the nonce to take', async () => {
  const { dpop, presented, cnf } = await started({ nonce: { secret: randomBytes(32).toString('base64url') } })
  const refused = async (claims: Record<string, unknown>) => {
    try {
      await assertPossession(dpop, 'allowed', await presented({}, claims), cnf)
    } catch (error) {
      assert.ok(isTokenError(error))
      return error
    }
    return null
  }
  const error = await refused({})
  assert.equal(error?.code, 'dpop_nonce_required')
  const { 'www-authenticate': challenge = '', 'dpop-nonce': nonce = '' } = error?.headers ?? {}
  assert.match(challenge, /^DPoP realm="api", error="use_dpop_nonce", .*algs="EdDSA Ed25519 ES256 RS256"$/)
  assert.equal(await refused({ nonce }), null)
})

test('where it cannot be said whether a proof was used, nobody is let in', async () => {
  const use = () => Promise.reject(new Error('down'))
  const { dpop, presented, cnf } = await started({ replays: { use } })
  await assert.rejects(
    async () => assertPossession(dpop, 'allowed', await presented(), cnf),
    (error: unknown) => isTokenError(error) && error.code === 'dpop_unavailable' && error.status === 503,
  )
})
