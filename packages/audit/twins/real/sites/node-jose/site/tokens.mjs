import jose from 'node-jose'
import { privateKey } from './keys.mjs'

const keys = jose.JWK.createKeyStore()
const key = await keys.add({ ...privateKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' })

export const issued = async (claims) =>
  jose.JWS.createSign({ format: 'compact', fields: { typ: 'JWT' } }, key)
    .update(JSON.stringify(claims))
    .final()

export const claimsOf = async (token) => {
  const { payload } = await jose.JWS.createVerify(keys).verify(token)
  return JSON.parse(payload.toString())
}
