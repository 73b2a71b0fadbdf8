import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import fastifyCookie from '@fastify/cookie'
import { sealData } from 'iron-session'
import { unknownSecrets, vectors } from '../../../test/signed-values.ts'
import type { SignedCookie } from '../../evidence/evidence.ts'
import type { Answer } from '../../network/http.ts'
import { KNOWN_SECRETS } from './known-secrets.ts'
import { probeSignedCookies } from './signed-cookies.ts'

const require = createRequire(import.meta.url)
const { sign } = require('cookie-signature') as { sign: (value: string, secret: string) => string }
const Keygrip = require('keygrip') as new (keys: string[]) => { sign: (text: string) => string }

function found(cookies: Readonly<Record<string, string>>): readonly SignedCookie[] {
  const given = Object.entries(cookies).map(([name, value]) => ({ name, value, deletion: false }))
  const answer = { cookies: given, exchange: 3, phase: 'login' } as unknown as Answer
  return probeSignedCookies([answer], null).cookies
}
const secretOf = (cookies: Readonly<Record<string, string>>) => {
  const [cookie] = found(cookies)
  return cookie?.secret ? KNOWN_SECRETS[cookie.secret.place - 1] : null
}
const id = randomBytes(18).toString('base64url')
const strong = randomBytes(32).toString('hex')

test('cookie-signature: an ID that is signed with a known secret, and not with an unknown one', () => {
  const signed = (value: string, secret: string) => `s%3A${encodeURIComponent(sign(value, secret))}`
  assert.equal(secretOf({ sid: signed(id, 'keyboard cat') }), 'keyboard cat')
  assert.equal(secretOf({ sid: signed(id, strong) }), null)
  const kinds = (value: string) => {
    const [cookie] = found({ sid: signed(value, 'secret') })
    return [cookie?.format, cookie?.holds, cookie?.looksUp]
  }
  assert.deepEqual(kinds(id), ['express-signed', 'id', true])
  assert.deepEqual(kinds('42'), ['express-signed', 'data', false])
  assert.deepEqual(kinds('j:{"user":"ada"}'), ['express-signed', 'data', false])
  assert.deepEqual(kinds(`j:{"login":"${id}1a"}`), ['express-signed', 'data', true])
})

test('@fastify/cookie signs without a prefix', () => {
  const [good, bad] = ['changeme', strong].map((secret) => fastifyCookie.sign(id, secret))
  assert.equal(secretOf({ sid: encodeURIComponent(good ?? '') }), 'changeme')
  assert.equal(secretOf({ sid: encodeURIComponent(bad ?? '') }), null)
  assert.equal(found({ sid: good ?? '' })[0]?.format, 'signed-value')
})

test('Keygrip: the signature is in a cookie of its own, and covers the name', () => {
  const session = Buffer.from('{"user":"ada"}').toString('base64')
  const pair = (secret: string, name = 'session') => ({
    session,
    'session.sig': new Keygrip([secret]).sign(`${name}=${session}`),
  })
  assert.equal(secretOf(pair('secret')), 'secret')
  assert.equal(secretOf(pair(strong)), null)
  assert.equal(secretOf(pair('secret', 'other')), null)
  const [cookie] = found(pair('secret'))
  assert.deepEqual([cookie?.format, cookie?.holds, cookie?.looksUp], ['keygrip', 'data', false])
  assert.equal(found(pair('secret')).length, 1)
})

test('iron: the password of a seal', async () => {
  const password = 'complex_password_at_least_32_characters_long'
  assert.equal(secretOf({ seal: await sealData({ user: 'ada' }, { password }) }), password)
  assert.equal(secretOf({ seal: await sealData({ user: 'ada' }, { password: strong }) }), null)
})

for (const { library, name, value, format, secret } of vectors) {
  test(`${library}: a value that the library itself made`, () => {
    const [cookie] = found({ [name]: value })
    assert.equal(cookie?.format, format)
    assert.equal(secretOf({ [name]: value }), secret)
    // The same form under another signature: the last character but two counts for all formats.
    const at = value.replace(/(?:%3D|=)*$/i, '').length - 4
    const other = value.slice(0, at) + (value[at] === 'a' ? 'b' : 'a') + value.slice(at + 1)
    if (format !== 'laravel') assert.equal(secretOf({ [name]: other }), null)
  })
}

test('values that the same libraries made under a random secret are nobody’s', () => {
  for (const { name, value } of unknownSecrets) assert.equal(secretOf({ [name]: value }), null, name)
})

test('what is no signed value is none', () => {
  const jwt = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.e30.${randomBytes(32).toString('base64url')}`
  const plain = { theme: 'dark', sid: id, csrf: strong, _ga: 'GA1.1.412345678.1767225600', jwt, empty: '' }
  assert.deepEqual(found(plain), [])
})

test('a value that only a replay was answered with may be ours, and is left alone', () => {
  const cookies = [{ name: 'sid', value: `s:${sign(id, 'secret')}`, deletion: false }]
  const answer = (phase: string) => ({ cookies, exchange: 1, phase }) as unknown as Answer
  assert.equal(probeSignedCookies([answer('replay')], null).cookies.length, 0)
  assert.equal(probeSignedCookies([answer('anonymous'), answer('replay')], null).cookies.length, 1)
})

test('the list is of a few hundred secrets, each of them once', () => {
  assert.equal(new Set(KNOWN_SECRETS).size, KNOWN_SECRETS.length)
  assert.ok(KNOWN_SECRETS.length > 300 && KNOWN_SECRETS.length < 1000)
  assert.ok(KNOWN_SECRETS.every((secret) => secret !== '' && secret.trim() === secret))
})
