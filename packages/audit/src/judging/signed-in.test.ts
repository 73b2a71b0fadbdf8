import assert from 'node:assert/strict'
import test from 'node:test'
import { goodEvidence } from '../../test/sample-evidence.ts'
import { frameworkVersionOf } from './framework-version.ts'
import { signedInOf } from './signed-in.ts'

test('who, how and what proves it; nobody where there was no sign-in', () => {
  assert.deepEqual(signedInOf(goodEvidence), {
    account: null,
    how: 'with a form',
    page: 'https://app.example.com/login',
    provedBy: 'https://app.example.com/me (200 when signed in, 302 to /login when not)',
  })
  const { signIn } = goodEvidence
  assert.ok(signIn.status === 'gathered')
  const named = { status: 'gathered' as const, value: { ...signIn.value, account: 'ada' } }
  const unproved = { ...goodEvidence, signIn: named, oracle: { status: 'failed' as const, reason: 'x' } }
  assert.deepEqual([signedInOf(unproved)?.account, signedInOf(unproved)?.provedBy], ['ada', null])
  assert.equal(signedInOf({ ...goodEvidence, signIn: { status: 'skipped', reason: 'passive' } }), null)
})

test('a version only where a header names the framework with it', () => {
  const of = (name: string | null, ...headers: string[]) =>
    frameworkVersionOf({ name, headers, defaultNames: [] })
  assert.equal(of('php', 'server: Apache/2.4.62', 'x-powered-by: PHP/8.2.29'), '8.2.29')
  assert.equal(of('drupal', 'x-generator: Drupal 10 (https://www.drupal.org)'), '10')
  assert.equal(of('aspnet', 'x-aspnet-version: 4.0.30319'), '4.0.30319')
  assert.equal(of('django', 'server: WSGIServer/0.2 CPython/3.11'), null)
  assert.equal(of(null, 'x-powered-by: PHP/8.2.29'), null)
})
