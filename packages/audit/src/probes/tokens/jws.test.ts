import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EncryptJWT, SignJWT } from 'jose'
import { encode, encryptedBy, heldTokens, readJws } from './jws.ts'

const key = new Uint8Array(32)
const token = await new SignJWT({ sub: 'ada' }).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(key)
const base64 = (text: string) => Buffer.from(text).toString('base64')

test('a token is found wherever a value holds it, and another put in its place', () => {
  const json = JSON.stringify({ access_token: token, expires: 1 })
  for (const [value, other] of [
    [token, 'X'],
    [`Bearer ${token}`, 'Bearer X'],
    [`Bearer%20${token}`, 'Bearer%20X'],
    [`"${token}"`, '"X"'],
    [encodeURIComponent(json), encodeURIComponent(json.replace(token, 'X'))],
    [json, json.replace(token, 'X')],
    [base64(json), base64(json.replace(token, 'X'))],
    [`base64-${base64(json)}`, `base64-${base64(json.replace(token, 'X'))}`],
    [encodeURIComponent(base64(`${json} `)), encodeURIComponent(base64(`${json.replace(token, 'X')} `))],
  ] as const) {
    const [held, ...more] = heldTokens(value)
    assert.equal(held?.jws.text, token, value)
    assert.equal(held.put('X'), other)
    assert.equal(more.length, 0)
  }
  assert.equal(heldTokens(JSON.stringify({ access: token, refresh: token })).length, 2)
})

test('what a token says is read, and what is none is none', () => {
  const jws = readJws(token)
  assert.deepEqual([jws?.alg, jws?.claims, jws?.signature.length], ['HS256', { sub: 'ada' }, 32])
  assert.equal(readJws(`${encode({ alg: 'none' })}.${encode({ sub: 'ada' })}.`)?.signature.length, 0)
  for (const value of [
    '',
    'eyJhbGciOiJIUzI1NiJ9',
    'eyJ1c2VyIjoiYWRhIn0.awxPxg.awoNL3KTYgk-wgXrzR5sEED6QGk',
    `${encode({ user: 'ada' })}.${encode({})}.aaaa`,
    `${'a'.repeat(40)}.${'b'.repeat(40)}.${'c'.repeat(40)}`,
    base64(JSON.stringify({ user: 'ada', cart: 'a book about tides and the moon' })),
    `${token}.${'a'.repeat(20)}.${'a'.repeat(20)}`,
  ])
    assert.deepEqual(heldTokens(value), [], value)
})

test('an encrypted token is known by its header', async () => {
  const sealed = await new EncryptJWT({ sub: 'ada' })
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(key)
  assert.equal(encryptedBy(sealed), 'dir')
  assert.deepEqual(heldTokens(sealed), [])
  assert.equal(encryptedBy(token), null)
})
