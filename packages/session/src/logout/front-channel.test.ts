import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memoryStore } from '../stores/memory/memory.ts'
import { frontChannelLogoutRoute } from './front-channel.ts'
import { issuer, signedInSessions } from './provider.test-helper.ts'

test('front-channel logout ends the session that its address names, and writes nothing else', async () => {
  const store = memoryStore()
  const { sessions, signIn, broken } = signedInSessions(store)
  const route = frontChannelLogoutRoute(sessions, { issuers: [issuer] })
  async function load(query: Record<string, string>, more = '', init: RequestInit = {}) {
    const address = `https://shop.example.com/front?${new URLSearchParams(query)}${more}`
    const answer = await route(new Request(address, init))
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(await answer.text(), '')
    return answer.status
  }
  const [phone, desk] = [await signIn({ sid: 'phone' }), await signIn({ sid: 'desk' })]
  for (const query of [
    {},
    { iss: issuer },
    { sid: 'phone' },
    { iss: 'https://evil.example.com', sid: 'phone' },
  ])
    assert.equal(await load(query as Record<string, string>), 400)
  assert.equal(await load({ iss: issuer, sid: 'phone' }, '&sid=desk'), 400)
  assert.equal(await load({ iss: issuer, sid: '\0' }), 400)
  assert.equal(await load({ iss: issuer, sid: 'phone' }, '', { method: 'POST' }), 405)
  broken.fail(true)
  assert.equal(await load({ iss: issuer, sid: 'phone' }), 503)
  broken.fail(false)
  assert.equal(await phone.user(), 'alice')
  assert.equal(await load({ iss: issuer, sid: 'phone' }), 200)
  assert.deepEqual([await phone.user(), await desk.user()], [null, 'alice'])
  await sessions.revokeUser('alice')
  for (let n = 0; n < 3; n++) assert.equal(await load({ iss: issuer, sid: `guessed-${n}` }), 200)
  assert.equal(await store.deleteAll(), 0)
})
