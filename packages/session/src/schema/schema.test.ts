import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { createSessions } from '../create-sessions.ts'
import { SessionError } from '../errors.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testBrowser } from '../testing/index.ts'
import { hasCode } from '../testing/laws/signed-in.ts'
import type { StandardSchema } from './schema.ts'

const data = {
  cart: z.array(z.object({ name: z.string(), count: z.number().int().default(1) })),
  theme: z.enum(['light', 'dark']),
}

async function start() {
  const store = memoryStore()
  const sessions = createSessions({ store, data, sweepInterval: false })
  const browser = testBrowser()
  const { session } = await browser.visit(sessions)
  return { store, sessions, browser, session }
}

/** Written by hand: a value that passes `test` is passed on. */
function schemaOf<Value>(
  test: (value: unknown) => boolean,
  issues: object[] = [{ message: 'no' }],
): StandardSchema<Value> {
  const validate = (value: unknown) =>
    test(value) ? { value: value as Value } : { issues: issues as { message: string }[] }
  return { '~standard': { version: 1, vendor: 'hand', validate } }
}

test('the schemas type the data', async () => {
  const { session } = await start()
  await session.set('theme', 'dark')
  const theme: 'light' | 'dark' | undefined = session.get('theme')
  assert.equal(theme, 'dark')
  const cart: { name: string; count: number }[] | undefined = session.get('cart')
  assert.equal(cart, undefined)
  // @ts-expect-error: not in the enumeration
  await assert.rejects(session.set('theme', 'blue'), hasCode('value_invalid'))
  // @ts-expect-error: no schema has this key
  await assert.rejects(session.set('other', 1), hasCode('value_invalid'))
  // @ts-expect-error: no schema has this key
  assert.equal(session.get('other'), undefined)
  await session.update('cart', (before = []) => [...before, { name: 'tea', count: 2 }])
  // @ts-expect-error: a count is a number
  await assert.rejects(session.set({ cart: [{ name: 'tea', count: '2' }] }), hasCode('value_invalid'))
})

test('a schema that does not take what it returns types nothing that can be stored', async () => {
  const sessions = createSessions({
    store: memoryStore(),
    data: { at: z.string().transform((text) => text.length) },
    sweepInterval: false,
  })
  const { session } = await testBrowser().visit(sessions)
  // @ts-expect-error: never
  await assert.rejects(session.set('at', 3), hasCode('value_invalid'))
})

test('a value is checked on write, stored as its schema returns it, and refused by its place alone', async () => {
  const { session, store } = await start()
  await session.set('cart', [{ name: 'tea' } as { name: string; count: number }])
  assert.deepEqual(session.get('cart'), [{ name: 'tea', count: 1 }])
  const wrong = [{ name: 'tea', count: 1 }, { name: 4711 }] as unknown as { name: string; count: number }[]
  await assert.rejects(session.set({ theme: 'dark', cart: wrong }), (error) => {
    assert.ok(error instanceof SessionError && error.code === 'value_invalid')
    assert.deepEqual(error.paths, ['cart[1].name'])
    return error.message.includes('cart[1].name') && !error.message.includes('4711')
  })
  await assert.rejects(
    session.update('cart', () => wrong),
    hasCode('value_invalid'),
  )
  const record = await store.read(session.sid ?? '')
  assert.deepEqual({ ...record?.data }, { cart: '[{"name":"tea","count":1}]' })
})

test('what a validator says about a value is not passed on', async () => {
  const issues = [{ message: 'got 4711', path: [{ key: 'pin' }, 0] }, { message: 'got 4711' }]
  const sessions = createSessions({
    store: memoryStore(),
    data: { card: schemaOf<object>(() => false, issues) },
    sweepInterval: false,
  })
  const { session } = await testBrowser().visit(sessions)
  await assert.rejects(session.set('card', { pin: [4711] }), (error) => {
    assert.ok(error instanceof SessionError)
    assert.deepEqual(error.paths, ['card.pin[0]', 'card'])
    return !JSON.stringify([error, error.message]).includes('4711')
  })
})

test('a stored value that does not fit is an error on read, and ends the session with an event', async () => {
  for (const stored of ['"blue"', 'not json', 'null']) {
    const { store, sessions, browser } = await start()
    const visit = await browser.visit(sessions)
    await visit.session.login('alice')
    visit.respond()
    const heard: string[] = []
    sessions.on('session_expired', ({ sid, reason }) => heard.push(`${sid} ${reason}`))
    const sid = visit.session.sid ?? ''
    await store.update(sid, { set: { theme: stored } })
    const [listed] = await sessions.list('alice')
    assert.equal(listed?.get('theme'), undefined, 'one session does not spoil the list')
    const { session } = await browser.visit(sessions)
    assert.equal(session.userId, 'alice')
    assert.throws(
      () => session.get('theme'),
      (error) => hasCode('data_unreadable')(error) && !String(error).includes('blue'),
    )
    assert.throws(() => session.get('theme'), hasCode('data_unreadable'))
    await assert.rejects(session.set('theme', 'dark'), hasCode('session_ended'))
    assert.deepEqual(heard, [`${sid} unreadable`])
    assert.equal((await browser.visit(sessions)).session.userId, null)
  }
})

test('a session that could not be ended is tried again by the next who reads', async () => {
  const store = memoryStore()
  let isReadOnly = true
  const flaky = {
    ...store,
    delete: (...args: Parameters<typeof store.delete>) =>
      isReadOnly ? Promise.reject(new Error('read-only')) : store.delete(...args),
  }
  const sessions = createSessions({ store: flaky, data, sweepInterval: false })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.set('theme', 'dark')
  visit.respond()
  await store.update(visit.session.sid ?? '', { set: { theme: '7' } })
  for (const expected of ['failing', 'ended']) {
    const { session } = await browser.visit(sessions)
    assert.throws(() => session.get('theme'), hasCode('data_unreadable'))
    await session.set({})
    assert.equal((await store.read(visit.session.sid ?? '')) === null, expected === 'ended')
    isReadOnly = false
  }
})

test('a validator that must be awaited is refused where it is met', async () => {
  const validate = () => Promise.reject(new Error('heard by nobody, so it must harm nobody'))
  const later: StandardSchema<string> = { '~standard': { version: 1, vendor: 'hand', validate } }
  const sessions = createSessions({
    store: memoryStore(),
    data: { name: z.string().refine(async () => true), other: later },
    sweepInterval: false,
  })
  const { session } = await testBrowser().visit(sessions)
  await assert.rejects(session.set('name', 'x'), /asynchronously/)
  await assert.rejects(session.set('other', 'x'), /asynchronously/)
})

test('a validator as a function, as ArkType has them, will do; concurrent writes merge', async () => {
  const word = Object.assign(
    () => undefined,
    schemaOf<string>((value) => typeof value === 'string'),
  )
  const sessions = createSessions({ store: memoryStore(), data: { a: word, b: word }, sweepInterval: false })
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.set('a', 'first')
  visit.respond()
  const both = await Promise.all([browser.visit(sessions), browser.visit(sessions)])
  await Promise.all([both[0].session.set('a', 'A'), both[1].session.set('b', 'B')])
  const { session } = await browser.visit(sessions)
  assert.deepEqual([session.get('a'), session.get('b')], ['A', 'B'])
})

test('a configuration that cannot work says what to write', () => {
  const store = memoryStore()
  const refused = (options: object, pattern: RegExp) =>
    assert.throws(() => createSessions({ store, sweepInterval: false, ...options }), pattern)
  refused({ data: { a: { parse: () => 1 } } }, /data\.a is no Standard Schema/)
  refused({ data: { a: undefined } }, /data\.a is no Standard Schema/)
  refused({ data: { '@a': z.string() } }, /cannot be stored/)
  refused({ data, dataVersion: 0, migrate: () => ({}) }, /whole number/)
  refused({ data, dataVersion: 1.5, migrate: () => ({}) }, /whole number/)
  refused({ data, dataVersion: 2 }, /needs migrate/)
  refused({ dataVersion: 2 }, /need data/)
})
