import assert from 'node:assert/strict'
import { testBrowser } from '../browser.ts'
import { type FakeClock, fakeClock } from '../clock.ts'
import { hasCode, type StoreLawBodies, sessionsOn, signedIn, userOf } from './signed-in.ts'

const secretText = 'the diagnosis of Alice'

async function sealedSession(store: Parameters<typeof sessionsOn>[0], clock: FakeClock = fakeClock()) {
  const sessions = sessionsOn(store, {
    sealed: true,
    now: clock.now,
    idleTimeout: '12h',
    absoluteTimeout: '24h',
  })
  const { browser, sid } = await signedIn(sessions)
  await (await browser.visit(sessions)).session.set('note', secretText)
  const note = async () => (await browser.visit(sessions)).session.get('note')
  return { sessions, browser, sid, clock, note }
}

/** What `sealed: true` promises, on any store. */
export const sealedLaws: StoreLawBodies = {
  async 'sealed: the store holds no value, and a list shows none'(store) {
    const { sessions, sid, browser, note } = await sealedSession(store)
    const everything = JSON.stringify([await store.read(sid), await store.list('alice')])
    assert.ok(!everything.includes(secretText) && !everything.includes(JSON.stringify(secretText)))
    assert.ok(!everything.includes(browser.cookie?.slice(-44) ?? ''))
    const [listed] = await sessions.list('alice')
    assert.throws(() => listed?.get('note'), hasCode('value_sealed'))
    assert.equal(await note(), secretText)
  },

  async 'sealed: concurrent writes merge, and update loses none'(store) {
    const { sessions, browser } = await sealedSession(store)
    const visits = await Promise.all(
      Array.from({ length: 10 }, () => testBrowser(browser.cookie).visit(sessions)),
    )
    await Promise.all(
      visits.flatMap(({ session }, n) => [
        session.set(`k${n}`, n),
        session.update('count', (count) => Number(count ?? 0) + 1),
      ]),
    )
    const { session } = await browser.visit(sessions)
    for (const n of visits.keys()) assert.equal(session.get(`k${n}`), n)
    assert.equal(session.get('count'), visits.length)
  },

  async 'sealed: every secret that opens the session reads its values, and no other'(store) {
    const { sessions, browser, sid, clock, note } = await sealedSession(store)
    clock.advance('1h')
    const before = browser.cookie
    const renewing = await browser.visit(sessions)
    assert.equal(renewing.session.get('note'), secretText, 'by the secret that is being replaced')
    renewing.respond()
    assert.notEqual(browser.cookie, before)
    const late = testBrowser(before)
    assert.equal((await late.visit(sessions)).session.get('note'), secretText, 'by the one before')
    clock.advance('58s')
    assert.equal(await note(), secretText, 'by the new one')
    clock.advance('5s')
    assert.equal(await note(), secretText, 'in a request that notes its use as well')
    assert.equal((await late.visit(sessions)).session.get('note'), secretText, 'within the overlap')
    clock.advance('2m')
    assert.equal(await note(), secretText)
    const wraps = Object.keys((await store.read(sid))?.data ?? {}).filter((key) => key.startsWith('@key'))
    assert.deepEqual(wraps, ['@key'], 'what the former secret unwraps is gone')
  },

  async 'sealed: a new token wraps the key anew, and a request of before it goes no further'(store) {
    const { sessions, browser, sid, note } = await sealedSession(store)
    const wrapped = async () => (await store.read(sid))?.data['@key']
    const stale = await browser.visit(sessions)
    const visit = await browser.visit(sessions)
    const first = await wrapped()
    await visit.session.regenerate()
    const second = await wrapped()
    assert.notEqual(second, first)
    await visit.session.set('after', 1)
    await assert.rejects(
      stale.session.update('during', () => 2),
      hasCode('session_superseded'),
    )
    visit.respond()
    const { session } = await browser.visit(sessions)
    assert.deepEqual([session.get('note'), session.get('after')], [secretText, 1])
    assert.equal(session.get('during'), undefined)
    await store.update(sid, { set: { '@key': first ?? '' } })
    await assert.rejects(note(), hasCode('data_unreadable'), 'the wrong secret unwrapped the key')
  },

  async 'sealed: a value that was moved or changed is an error, and ends the session'(store) {
    const { sessions, browser, sid } = await sealedSession(store)
    await (await browser.visit(sessions)).session.set('other', 'text')
    const heard: string[] = []
    sessions.on('session_expired', ({ reason }) => heard.push(reason))
    const data = (await store.read(sid))?.data ?? {}
    await store.update(sid, { set: { other: data.note ?? '' } })
    const { session } = await browser.visit(sessions)
    assert.equal(session.userId, 'alice', 'who it is needs no value')
    assert.throws(() => session.get('other'), hasCode('data_unreadable'))
    await assert.rejects(session.set('a', 1), hasCode('session_ended'))
    assert.deepEqual([await store.read(sid), heard], [null, ['unreadable']])
  },

  async 'sealed: a session whose key was changed tells who it is, and a sign-in starts afresh'(store) {
    const { sessions, browser, sid } = await sealedSession(store)
    const another = await sealedSession(store)
    const foreign = (await store.read(another.sid))?.data['@key'] ?? ''
    await store.update(sid, { set: { '@key': foreign } })
    const visit = await browser.visit(sessions)
    assert.equal(visit.session.userId, 'alice')
    await visit.session.login('alice')
    visit.respond()
    assert.notEqual(visit.session.sid, sid)
    assert.equal(await store.read(sid), null)
    assert.equal(await userOf(sessions, browser.cookie), 'alice')
  },

  async 'sealed: a session from before is sealed with its next secret, and stays readable'(store) {
    const clock = fakeClock()
    const policy = { idleTimeout: '12h', absoluteTimeout: '24h', now: clock.now } as const
    const plain = sessionsOn(store, { ...policy, sealed: false })
    const sealed = sessionsOn(store, { ...policy, sealed: true })
    const { browser, sid } = await signedIn(plain)
    const underWay = await browser.visit(plain)
    await underWay.session.set('note', secretText)
    assert.equal((await browser.visit(sealed)).session.get('note'), secretText)
    clock.advance('1h')
    const visit = await browser.visit(sealed)
    assert.equal(visit.session.get('note'), secretText)
    assert.ok(!JSON.stringify(await store.read(sid)).includes(secretText))
    await underWay.session.set('late', 1)
    assert.equal(await underWay.session.update('note', (text) => `${text}!`), `${secretText}!`)
    visit.respond()
    const after = await browser.visit(plain)
    assert.deepEqual([after.session.get('note'), after.session.get('late')], [`${secretText}!`, 1])
    const listed = (await plain.list('alice')).find((each) => each.sid === sid)
    assert.equal(listed?.get('note'), undefined, 'a list has no key, also where sealing is switched off')
    await after.session.regenerate()
    after.respond()
    assert.equal((await browser.visit(sealed)).session.get('note'), `${secretText}!`)
    assert.ok(
      !JSON.stringify(await store.read(sid)).includes(secretText),
      'sealed also where that is switched off',
    )
  },

  async 'sealed: sealing what was in the clear loses no write of the same moment'(store) {
    const plain = sessionsOn(store, { sealed: false })
    const sealed = sessionsOn(store, { sealed: true })
    const { browser } = await signedIn(plain)
    const visit = await browser.visit(plain)
    await visit.session.set('note', 'old')
    const rotating = await browser.visit(sealed)
    await visit.session.set('note', secretText)
    await rotating.session.regenerate()
    rotating.respond()
    assert.equal((await browser.visit(sealed)).session.get('note'), secretText)
  },
}
