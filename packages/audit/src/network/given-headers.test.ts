import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GivenHeaders } from './given-headers.ts'
import { Secrets } from './redaction/secrets.ts'

const given = (target: string, secrets = new Secrets()) =>
  new GivenHeaders(new URL(target), secrets, { 'X-Gate': 'open sesame-1' })

test('a given header goes to the audited host alone, and never from https into the clear', () => {
  const sent = (target: string, url: string) => 'x-gate' in given(target).to(new URL(url))
  assert.ok(sent('http://a.example:81/', 'http://a.example:81/x'))
  assert.ok(sent('http://a.example/', 'https://a.example/'))
  assert.ok(!sent('https://a.example/', 'http://a.example/'))
  assert.ok(!sent('https://a.example/', 'https://b.example/'))
})

test('what is given is a secret, with and without its scheme', () => {
  const secrets = new Secrets()
  const headers = given('https://a.example/', secrets)
  headers.set('Authorization', 'Basic QWxhZGRpbj1x')
  assert.equal(secrets.redact('x open sesame-1, QWxhZGRpbj1x'), 'x <x-gate>, <authorization>')
  headers.delete('authorization')
  assert.deepEqual(headers.to(new URL('https://a.example/')), { 'x-gate': 'open sesame-1' })
})
