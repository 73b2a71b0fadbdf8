import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endedADayAgo, lifetimeOf, personalClaims, withMadeUpIds } from './claims.ts'

const personal = (claims: Record<string, unknown>) =>
  personalClaims({ claims }).map(({ claim, what }) => `${claim}: ${what}`)

test('what is personal in a token is named by its claim, and nothing else is', () => {
  assert.deepEqual(
    personal({
      sub: 'ada@example.com',
      user: { fullName: 'Ada Lovelace', phone: '+44 20 7946 0000', dob: '1815-12-10' },
      name: 'Ada Lovelace',
      address: { postal_code: 'SW1A 1AA' },
    }),
    [
      'sub: an e-mail address',
      'user.fullName: a name',
      'user.phone: a telephone number',
      'user.dob: a date of birth',
      'name: a name',
      'address.postal_code: a postal address',
    ],
  )
  assert.deepEqual(
    personal({ password: 'a', user: { password_hash: 'b', hash: '$2b$10$abc' } }).map(
      (each) => each.split(':')[1],
    ),
    Array(3).fill(' a password, or what it is known by'),
  )
  const nothing = {
    iss: 'https://ada@example.com',
    sub: '42',
    name: 'ada',
    email_verified: true,
    role: 'admin',
    phone: '',
    jti: 'a'.repeat(20),
    iat: 1_795_000_000,
    azp: 'app@example.com',
    password: false,
  }
  assert.deepEqual(personal(nothing), [])
})

test('a lifetime runs from the issue to the end, or from now', () => {
  const of = (claims: Record<string, unknown>) => lifetimeOf({ claims }, 1000)
  assert.deepEqual(
    [
      of({ iat: 500, exp: 1400 }),
      of({ nbf: 600, exp: 1400 }),
      of({ exp: 1400.4 }),
      of({ iat: 1 }),
      of({ exp: '9' }),
    ],
    [900, 800, 400, null, null],
  )
})

test('only what looks like a random ID is made up anew', () => {
  const claims = { sub: 'a1'.repeat(10), jti: 'b2'.repeat(10), role: 'user', user_id: 'c3'.repeat(10), n: 1 }
  assert.deepEqual(
    withMadeUpIds(claims, () => 'X'),
    { ...claims, jti: 'X' },
  )
  assert.equal(
    withMadeUpIds({ sub: 'ada', role: 'user' }, () => 'X'),
    null,
  )
})

test('one that ended a day ago began before, and says nothing that the genuine one does not', () => {
  const day = 86_400
  assert.deepEqual(endedADayAgo({ sub: 'ada', iat: 5, exp: 9 }, 10 * day), {
    sub: 'ada',
    iat: 8 * day,
    exp: 9 * day,
  })
})
