// The verifiers of npm, each as its documentation says. jwks-rsa and get-jwks only find keys: fast-jwt verifies with those.
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import fastifyJwt from '@fastify/jwt'
import { expressjwt } from 'express-jwt'
import { createVerifier } from 'fast-jwt'
import fastify from 'fastify'
import buildGetJwks from 'get-jwks'
import { verify as honoVerify } from 'hono/jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { JwksClient } from 'jwks-rsa'
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

// Two of them fetch the set from where an issuer publishes it.
const published = createServer((_, response) => response.end(JSON.stringify(jwks))).listen(0, '127.0.0.1')
await new Promise((resolve) => published.once('listening', resolve))
const domain = `http://127.0.0.1:${published.address().port}`
const usual = { issuer, audience, algorithms: ['ES256', 'RS256'] }

const verifiers = {
  'express-jwt': async (text) => {
    const request = { headers: { authorization: `Bearer ${text}` } }
    const failure = await new Promise((resolve) => {
      expressjwt({ secret: pemOf(text), ...usual })(request, {}, resolve)
    })
    if (failure) throw failure
    return request.auth
  },
  '@fastify/jwt': async (text) => {
    const app = fastify()
    const verify = { allowedIss: issuer, allowedAud: audience, algorithms: [headerOf(text).alg] }
    await app.register(fastifyJwt, { secret: { public: pemOf(text) }, verify })
    return app.jwt.verify(text)
  },
  'jwks-rsa': async (text) => {
    const client = new JwksClient({ jwksUri: `${domain}/.well-known/jwks.json` })
    const key = (await client.getSigningKey(headerOf(text).kid)).getPublicKey()
    return createVerifier({
      key,
      algorithms: [headerOf(text).alg],
      allowedIss: issuer,
      allowedAud: audience,
    })(text)
  },
  'get-jwks': async (text) => {
    const { alg, kid } = headerOf(text)
    const key = await buildGetJwks().getPublicKey({ domain, alg, kid })
    return createVerifier({ key, algorithms: [alg], allowedIss: issuer, allowedAud: audience })(text)
  },
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
process.exit()
