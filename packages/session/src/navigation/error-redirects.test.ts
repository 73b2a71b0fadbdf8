import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSessionError, SessionError, type SessionErrorCode } from '../errors.ts'
import { testExchange } from '../testing/exchange.ts'
import { type ErrorRedirects, redirectFor, refuseInvalidRedirects } from './error-redirects.ts'
import type { Navigation } from './navigation.ts'

// Which requests are redirected is a law of every adapter: testing/laws/navigation-laws.ts.

function redirect(redirects: ErrorRedirects, code: SessionErrorCode, target: string): string | null {
  const sent: Record<string, string> = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const navigation: Navigation = {
    ...testExchange(),
    path: target.split('?')[0] ?? '',
    target,
    header: (name) => sent[name],
    setCookie: () => assert.fail(),
    setHeader: () => assert.fail(),
  }
  return redirectFor(redirects, new SessionError(code, ''), navigation)
}

const redirects: ErrorRedirects = {
  reauthentication_required: '/confirm',
  privilege_required: '/elevate',
  session_ended: '/sign-in',
}

test('each error leads to its own page', () => {
  assert.equal(redirect(redirects, 'reauthentication_required', '/a'), '/confirm?return_to=%2Fa')
  assert.equal(redirect(redirects, 'privilege_required', '/a'), '/elevate?return_to=%2Fa')
  assert.equal(redirect(redirects, 'session_ended', '/a'), '/sign-in?return_to=%2Fa')
  assert.equal(redirect({}, 'session_ended', '/a'), null)
})

test('no other error leads anywhere, whatever JavaScript passes', () => {
  const all = { ...redirects, store_unavailable: '/x' } as ErrorRedirects
  for (const code of ['store_unavailable', 'cross_origin_request', 'toString'] as SessionErrorCode[]) {
    assert.equal(redirect(all, code, '/a'), null)
  }
})

test('a page is left without a way back to what may be another origin', () => {
  for (const target of ['//evil.example', 'https://evil.example/', '/x/..//evil.example']) {
    assert.equal(redirect(redirects, 'session_ended', target), '/sign-in')
  }
})

test('a page does not lead to itself', () => {
  assert.equal(redirect(redirects, 'session_ended', '/sign-in?return_to=%2F'), null)
})

test('pages elsewhere, and other codes, are refused at the start', () => {
  for (const wrong of [
    { session_ended: 'sign-in' },
    { session_ended: 'https://sso.example/' },
    { session_ended: '//sso.example' },
    { session_ended: '/sign-in#form' },
    { session_ended: null },
    { session_ended: '' },
    { store_unavailable: '/sorry' },
  ]) {
    assert.throws(
      () => refuseInvalidRedirects(wrong as unknown as ErrorRedirects),
      (error) => isSessionError(error) && error.code === 'config_invalid',
    )
  }
  refuseInvalidRedirects(redirects)
})
