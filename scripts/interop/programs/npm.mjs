// The verifiers of npm, each as its documentation says: jose, fast-jwt, jsonwebtoken, Hono, oauth4webapi.
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createVerifier } from 'fast-jwt'
import { verify as honoVerify } from 'hono/jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import * as oauth from 'oauth4webapi'

const [file, wanted] = process.argv.slice(2)
const { tokens, jwks, issuer, audience } = JSON.parse(readFileSync(file, 'utf8'))
const localJwks = createLocalJWKSet(jwks)
const headerOf = (text) => JSON.parse(Buffer.from(text.split('.')[0], 'base64url').toString())
const pemOf = (text) => {
  const key = jwks.keys.find(({ kid }) => kid === headerOf(text).kid)
  return createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
}
const algorithms = ['EdDSA', 'ES256', 'RS256']

const verifiers = {
  jose: async (text) => (await jwtVerify(text, localJwks, { issuer, audience, algorithms })).payload,
  'fast-jwt': (text) =>
    createVerifier({
      key: pemOf(text),
      algorithms: [headerOf(text).alg],
      allowedIss: issuer,
      allowedAud: audience,
    })(text),
  jsonwebtoken: (text) =>
    jsonwebtoken.verify(text, pemOf(text), { issuer, audience, algorithms: ['ES256', 'RS256'] }),
  hono: (text) => honoVerify(text, pemOf(text), { alg: headerOf(text).alg, iss: issuer, aud: audience }),
  'hono, typ at+jwt': (text) =>
    honoVerify(text, pemOf(text), { alg: headerOf(text).alg, iss: issuer, aud: audience, typ: 'at+jwt' }),
  oauth4webapi: (text) => {
    const server = { issuer, jwks_uri: `${issuer}/jwks` }
    const request = new Request('https://api.example/', { headers: { authorization: `Bearer ${text}` } })
    const answer = async () =>
      Response.json(jwks, { headers: { 'content-type': 'application/jwk-set+json' } })
    return oauth.validateJwtAccessToken(server, request, audience, { [oauth.customFetch]: answer })
  },
}

const answers = {}
for (const [name, text] of Object.entries(tokens)) {
  try {
    answers[name] = (await verifiers[wanted](text)).sub
  } catch (error) {
    answers[name] = `no: ${error.code ?? error.name}`
  }
}
console.log(JSON.stringify({ answers }))
