import assert from 'node:assert/strict'
import type { SessionStore } from '../../store.ts'
import { isTokenError } from '../../tokens/token-error.ts'
import type { TokenRequest } from '../../tokens/verify/admission.ts'
import { createTokenGuard, type TokenGuard } from '../../tokens/verify/guard.ts'
import { api, clientKey, refreshingServer } from './refreshing.ts'
import type { StoreLawBodies } from './signed-in.ts'

const url = `${api}/notes`

/** A client with a key, a token that is bound to it and one that is not, and guards. */
async function setUp(store: SessionStore) {
  const { clock, sessions, granted } = refreshingServer(store)
  const { session } = await granted()
  const client = clientKey()
  const { refreshing } = sessions
  assert.ok(refreshing)
  const { keys } = await refreshing.tokens.publicJwks()
  const issued = async (dpop?: string) =>
    (await (await session()).accessToken({ audience: api, clientId: 'mobile', ...(dpop && { dpop }) })).token
  const guard = (dpop?: 'allowed' | 'required') =>
    createTokenGuard({
      ...{ issuer: 'https://id.example.com', audience: api, keys: { keys }, revocations: 'offline' },
      ...{ now: clock.now, dpop },
    })
  return { clock, client, bound: await issued(client.thumbprint), bearer: await issued(), guard }
}

async function isLetIn(guard: TokenGuard, request: Partial<TokenRequest>): Promise<boolean> {
  try {
    await guard.verifyRequest({ method: 'GET', url, authorization: null, ...request })
    return true
  } catch (error) {
    if (!isTokenError(error) || error.status !== 401) throw error
    return false
  }
}

/** What a token is good for in the hands of who was not given it. */
export const tokenPossessionLaws: StoreLawBodies = {
  async 'tokens: a token that is bound to a key is good with proofs by that key alone'(store) {
    const { clock, client, bound, guard } = await setUp(store)
    const proof = (key = client) => key.prove(clock.now(), { method: 'GET', url, token: bound })
    for (const one of [guard('allowed'), guard('required')]) {
      for (const dpop of [proof(clientKey()), null])
        assert.equal(await isLetIn(one, { authorization: `DPoP ${bound}`, dpop }), false, 'never seen')
      assert.ok(await isLetIn(one, { authorization: `DPoP ${bound}`, dpop: proof() }))
      for (const dpop of [proof(clientKey()), null])
        assert.equal(await isLetIn(one, { authorization: `DPoP ${bound}`, dpop }), false, 'seen before')
      assert.equal(await isLetIn(one, { authorization: `Bearer ${bound}`, dpop: proof() }), false)
      assert.equal(await isLetIn(one, { authorization: `Bearer ${bound}` }), false)
    }
    const blind = guard()
    for (const scheme of ['DPoP', 'Bearer'])
      assert.equal(await isLetIn(blind, { authorization: `${scheme} ${bound}`, dpop: proof() }), false)
  },

  async 'tokens: a proof is good for one request, its token and its time'(store) {
    const { clock, client, bound, bearer, guard } = await setUp(store)
    const one = guard('allowed')
    const authorization = `DPoP ${bound}`
    const right = { method: 'GET', url, token: bound }
    const dpop = client.prove(clock.now(), right)
    assert.ok(await isLetIn(one, { authorization, dpop }))
    assert.equal(await isLetIn(one, { authorization, dpop }), false, 'it was used')
    for (const other of [{ method: 'POST' }, { url: `${url}/1` }, { url: api }, { token: bearer }])
      assert.equal(
        await isLetIn(one, { authorization, dpop: client.prove(clock.now(), { ...right, ...other }) }),
        false,
        JSON.stringify(Object.keys(other)),
      )
    for (const minutes of [-6, 6]) {
      const dpop = client.prove(clock.now() + minutes * 60_000, right)
      assert.equal(await isLetIn(one, { authorization, dpop }), false, `${minutes} minutes from now`)
    }
    assert.ok(await isLetIn(one, { authorization, dpop: client.prove(clock.now(), right) }))
  },

  async 'tokens: where keys are required, a token without one is good for nothing'(store) {
    const { clock, client, bearer, guard } = await setUp(store)
    const dpop = client.prove(clock.now(), { method: 'GET', url, token: bearer })
    const strict = guard('required')
    for (const scheme of ['DPoP', 'Bearer'])
      assert.equal(await isLetIn(strict, { authorization: `${scheme} ${bearer}`, dpop }), false)
    const lenient = guard('allowed')
    assert.ok(await isLetIn(lenient, { authorization: `Bearer ${bearer}` }))
    assert.equal(await isLetIn(lenient, { authorization: `DPoP ${bearer}`, dpop }), false)
  },
}
