import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createSessions } from '../create-sessions.ts'
import { mintToken, secretOf } from '../secret/token.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { fakeClock, testBrowser } from '../testing/index.ts'
import { hasCode } from '../testing/laws/signed-in.ts'
import { isSealedText, Seal } from './sealed.ts'

function minted() {
  const token = mintToken()
  return { sid: token.sid, secret: secretOf(token.text), seal: Seal.mint(token.sid) }
}

const unreadable = hasCode('data_unreadable')

test('what was closed opens again, whatever it is, and shows nothing of it', () => {
  const { seal } = minted()
  fc.assert(
    fc.property(fc.string(), fc.json(), (key, text) => {
      const sealed = seal.close(key, text)
      assert.ok(isSealedText(sealed) && !isSealedText(text))
      assert.match(sealed, /^~1[\w-]+$/)
      assert.equal(seal.open(key, sealed), text)
      assert.notEqual(seal.close(key, text), sealed, 'the nonce is new each time')
    }),
  )
})

test('only the secret it was wrapped for gives the seal back, and only for its session', () => {
  const { sid, secret, seal } = minted()
  const other = minted()
  const wrapped = seal.wrapFor(secret)
  const closed = seal.close('a', '1')
  assert.equal(Seal.unwrap(sid, secret, wrapped)?.open('a', closed), '1')
  assert.equal(Seal.unwrap(sid, other.secret, wrapped), null)
  assert.equal(Seal.unwrap(other.sid, secret, wrapped), null)
  assert.equal(Seal.unwrap(sid, secret, closed), null)
})

test('a change to any byte is noticed, and so is another key or session', () => {
  const { sid, secret, seal } = minted()
  const wrapped = seal.wrapFor(secret)
  const closed = seal.close('a', '{"role":"admin"}')
  for (const text of [wrapped, closed]) {
    const bytes = Buffer.from(text.slice(2), 'base64url')
    for (const [at, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes)
      changed[at] = byte ^ 1
      const forged = `~1${changed.toString('base64url')}`
      if (text === wrapped) assert.equal(Seal.unwrap(sid, secret, forged), null)
      else assert.throws(() => seal.open('a', forged), unreadable)
    }
  }
  assert.throws(() => seal.open('b', closed), unreadable)
  assert.throws(() => minted().seal.open('a', closed), unreadable)
  for (const text of ['~1', '~1AAAA', '', '~2AAAA', `~1${'A'.repeat(40)}`]) {
    assert.throws(() => seal.open('a', text), unreadable)
  }
})

test('an error of a broken seal tells no value', () => {
  const { seal } = minted()
  assert.throws(
    () => seal.open('a', '~1c2VjcmV0'),
    (error) => unreadable(error) && error instanceof Error && !error.message.includes('c2VjcmV0'),
  )
})

test('a request that asks only who the user is unwraps nothing', async (t) => {
  const sessions = createSessions({ store: memoryStore(), sealed: true, sweepInterval: false })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.set('note', 'text')
  await visit.session.login('alice', { methods: ['pwd'] })
  visit.respond()
  const unwrap = t.mock.method(Seal, 'unwrap')
  const { session } = await browser.visit(sessions)
  assert.deepEqual([session.userId, session.authenticationMethods], ['alice', ['pwd']])
  session.requireFresh('1m')
  await session.csrfToken()
  await session.delete('other')
  assert.equal(session.get('missing' as string), undefined)
  assert.equal(unwrap.mock.callCount(), 0)
  for (let n = 0; n < 3; n++) assert.equal(session.get('note'), 'text')
  assert.equal(unwrap.mock.callCount(), 1, 'once for a request')
})

test('a list of sealed sessions has no values, also for the compiler', async () => {
  const sessions = createSessions<{ note: string }>({
    store: memoryStore(),
    sealed: true,
    sweepInterval: false,
  })
  const { session } = await testBrowser().visit(sessions)
  await session.login('alice')
  const [listed] = await sessions.list('alice')
  assert.equal(listed?.userId, 'alice')
  assert.throws(
    // @ts-expect-error: no key is good
    () => listed?.get('note'),
    hasCode('value_sealed'),
  )
})

test('values that are not JSON are refused as ever, and the limit counts what is stored', async () => {
  const sessions = createSessions({
    store: memoryStore(),
    sealed: true,
    maxRecordBytes: 400,
    sweepInterval: false,
  })
  const { session } = await testBrowser().visit(sessions)
  await assert.rejects(session.set('a', new Date()), hasCode('value_not_json'))
  await session.set('a', 'x'.repeat(150))
  await assert.rejects(session.set('b', 'x'.repeat(150)), hasCode('record_too_large'))
  assert.deepEqual([session.get('a'), session.get('b')], ['x'.repeat(150), undefined])
})

test('a session that others keep writing to gets its new secret all the same, and what was in the clear stays so', async () => {
  const store = memoryStore()
  const busy = {
    ...store,
    async update(sid: string, patch: Parameters<typeof store.update>[1]) {
      await store.update(sid, {})
      return store.update(sid, patch)
    },
  }
  const browser = testBrowser()
  const before = await browser.visit(createSessions({ store, sweepInterval: false }))
  await before.session.set('note', 'text')
  before.respond()
  const sessions = createSessions({ store: busy, sealed: true, sweepInterval: false })
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  assert.equal(visit.session.sid, before.session.sid)
  assert.equal((await store.read(visit.session.sid ?? ''))?.data.note, '"text"')
  await visit.session.set('note', 'other')
  assert.ok(isSealedText((await store.read(visit.session.sid ?? ''))?.data.note ?? ''))
  assert.equal((await browser.visit(sessions)).session.get('note'), 'other')
})

test('a write to a session whose key was changed is refused, and ends it', async () => {
  const store = memoryStore()
  const sessions = createSessions({ store, sealed: true, sweepInterval: false })
  for (const act of ['set', 'update'] as const) {
    const browser = testBrowser()
    const visit = await browser.visit(sessions)
    await visit.session.login('alice')
    visit.respond()
    const sid = visit.session.sid ?? ''
    await store.update(sid, { set: { '@key': Seal.mint(sid).wrapFor('another secret') } })
    const { session } = await browser.visit(sessions)
    const write = act === 'set' ? session.set('a', 1) : session.update('a', () => 1)
    await assert.rejects(write, unreadable)
    assert.equal(await store.read(sid), null)
  }
})

test('a renewal that finds the key changed ends the session', async () => {
  const clock = fakeClock()
  const store = memoryStore()
  const policy = { idleTimeout: '12h', absoluteTimeout: '24h' } as const
  const sessions = createSessions({ store, sealed: true, ...policy, now: clock.now, sweepInterval: false })
  const reasons: string[] = []
  sessions.on('session_expired', ({ reason }) => reasons.push(reason))
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.login('alice')
  visit.respond()
  const sid = visit.session.sid ?? ''
  await store.update(sid, { set: { '@key': '~1' } })
  clock.advance('1h')
  const renewing = await browser.visit(sessions)
  assert.deepEqual([renewing.session.userId, renewing.setCookies, reasons], [null, [], ['unreadable']])
  assert.equal(await store.read(sid), null)
})
