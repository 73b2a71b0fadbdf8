import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ProviderLogoutOptions, providerLogout } from './provider-logout.ts'

const options = {
  endSessionEndpoint: 'https://id.example.com/logout?tenant=1',
  clientId: 'shop',
  returnTo: ['https://shop.example.com/', 'https://shop.example.com/bye'],
} as const satisfies ProviderLogoutOptions

test('logging out here leads to the provider, and back to what it knows alone', async () => {
  const done: string[] = []
  const session = { logout: async () => void done.push('logout') }
  const there = providerLogout(options)
  const address = new URL(
    await there.leave(session, { idToken: 'x.y.z', state: 'a b', returnTo: options.returnTo[1] }),
  )
  assert.deepEqual(done, ['logout'])
  assert.equal(address.origin + address.pathname, 'https://id.example.com/logout')
  assert.deepEqual(Object.fromEntries(address.searchParams), {
    ...{ tenant: '1', client_id: 'shop', id_token_hint: 'x.y.z', state: 'a b' },
    post_logout_redirect_uri: 'https://shop.example.com/bye',
  })
  const others = [
    'https://evil.example.com/',
    '//evil.example.com',
    'https://shop.example.com/bye?x',
    '',
    null,
    5,
    {},
  ]
  for (const returnTo of [
    ...others,
    undefined,
    ['https://shop.example.com/bye'],
    'https://shop.example.com/BYE',
  ])
    assert.match(
      await there.leave(session, { returnTo }),
      /post_logout_redirect_uri=https%3A%2F%2Fshop.example.com%2F(&|$)/,
    )
})

test('who could not be signed out is led nowhere', async () => {
  const session = { logout: () => Promise.reject(new Error('the store failed')) }
  await assert.rejects(providerLogout(options).leave(session), /the store failed/)
})

test('addresses that are not https are refused at start', () => {
  for (const bad of [
    { endSessionEndpoint: 'http://id.example.com/logout' },
    { endSessionEndpoint: 'javascript:alert(1)' },
    { returnTo: [] },
    { returnTo: ['/bye'] },
    { returnTo: ['javascript:alert(1)'] },
    { clientId: '' },
    { post_logout_redirect_uri: 'x' },
  ])
    assert.throws(() => providerLogout({ ...options, ...bad } as never), { code: 'config_invalid' })
})
