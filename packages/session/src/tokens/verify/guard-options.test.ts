import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTokenGuard } from './guard.ts'
import type { TokenGuardOptions } from './guard-options.ts'
import { audience, issuer, keys } from './tokens.test-helper.ts'

const guardOf = (more: object) =>
  createTokenGuard({
    issuer,
    audience,
    keys: keys.EdDSA,
    revocations: 'offline',
    ...more,
  } as TokenGuardOptions)

test('a guard that would let in too much or nobody does not start, and says what to write', () => {
  const url = 'https://id.example.com/jwks.json'
  const both = { keys: [...keys.EdDSA.keys, ...keys.HS256.keys] }
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ issuer: '' }, /Write issuer:/],
    [{ audience: undefined }, /Write audience:/],
    [{ audience: [] }, /Write audience:/],
    [{ audience: [''] }, /Write audience:/],
    [{ revocations: undefined }, /revocations: 'offline'/],
    [{ revocations: {} }, /generation\(\) and isEnded.*Write revocations: endedFeed\(store\)/],
    [{ scope: 'orders:read' }, /Write scope: \['orders:read'\]/],
    [{ keys: 'keys.json' }, /Write keysFromFile\('keys.json'\)/],
    [{ keys: undefined }, /Write jwksUrl/],
    [{ jwksUrl: url }, /not both/],
    [{ keys: undefined, jwksUrl: 'http://id.example.com/jwks.json' }, /not https.*Write jwksUrl: 'https/],
    [{ keys: undefined, jwksUrl: 'http://127.0.0.1.evil.example/' }, /not https/],
    [{ keys: undefined, jwksUrl: 'https://me:secret@id.example.com/' }, /password/],
    [{ keys: undefined, jwksUrl: 'jwks.json' }, /no URL/],
    [{ keys: undefined, jwksUrl: url, algorithms: ['HS256'] }, /no public keys/],
    [{ algorithms: ['none'] }, /none is none of them. Write \['EdDSA'\]/],
    [{ algorithms: [] }, /Write \['EdDSA'\]/],
    [{ algorithms: ['EdDSA', 'HS256'] }, /must stand alone/],
    [{ algorithms: ['RS256'] }, /none for RS256/],
    [{ keys: both }, /algorithms: \['EdDSA'\], or \['HS256'\]/],
    [{ keys: { keys: [] } }, /no key in it/],
    [{ typ: 'jwt' }, /'at\+jwt' or 'JWT'/],
    [{ clockSkew: '2m' }, /at most 60 s/],
    [{ seenBytes: -1 }, /number of bytes/],
    [{ claims: {} }, /Standard Schema/],
    [{ audiences: [audience] }, /no option audiences/],
  ]
  for (const [options, message] of wrong)
    assert.throws(() => guardOf(options), { code: 'config_invalid', message }, JSON.stringify(options))
  for (const jwksUrl of [
    url,
    'http://localhost:3000/',
    'http://127.0.0.1:1/',
    'http://[::1]/',
    'http://id.localhost/',
  ])
    createTokenGuard({ issuer, audience, revocations: 'offline', jwksUrl })
  guardOf({ keys: both, algorithms: ['EdDSA'] })
})
