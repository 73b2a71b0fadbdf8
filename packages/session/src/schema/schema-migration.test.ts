import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { createSessions } from '../create-sessions.ts'
import type { SessionRecord, SessionStore } from '../store.ts'
import { cached } from '../stores/cached/cached.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { sqliteStore } from '../stores/sqlite/sqlite.ts'
import { testBrowser } from '../testing/index.ts'
import { hasCode } from '../testing/laws/signed-in.ts'
import { aroundStore } from '../testing/wrapped-store.ts'

interface Options {
  readonly store: SessionStore
  readonly sealed?: boolean
  readonly warn?: (message: string) => void
}

const common = { sweepInterval: false } as const
const before = ({ store, sealed = false }: Options) =>
  createSessions({
    ...common,
    store,
    sealed,
    data: { cart: z.string(), count: z.number(), outdated: z.string() },
  })

/** Version 2: the cart is a list. */
const after = ({ store, sealed = false, warn = assert.fail }: Options) =>
  createSessions({
    ...common,
    store,
    sealed,
    warn,
    data: { cart: z.array(z.string()), count: z.number() },
    dataVersion: 2,
    migrate: ({ cart, ...rest }, version) => {
      assert.equal(version, 1)
      return { ...rest, ...(cart !== undefined && { cart: String(cart).split(',') }) }
    },
  })

async function oldSession(options: Options) {
  const sessions = before(options)
  const browser = testBrowser()
  const visit = await browser.visit(sessions)
  await visit.session.set({ cart: 'tea,milk', count: 1, outdated: 'x' })
  await visit.session.login('alice')
  visit.respond()
  return { browser, sessions, sid: visit.session.sid ?? '' }
}

for (const sealed of [false, true]) {
  const kind = sealed ? 'sealed: ' : ''

  test(`${kind}a record of an older version is migrated when it is opened, and once`, async () => {
    const store = memoryStore()
    const { browser, sid } = await oldSession({ store, sealed })
    const sessions = after({ store, sealed })
    const { session } = await browser.visit(sessions)
    assert.deepEqual(
      [session.userId, session.get('cart'), session.get('count')],
      ['alice', ['tea', 'milk'], 1],
    )
    const record = await store.read(sid)
    assert.equal(record?.data['@version'], '2')
    assert.ok(!Object.hasOwn(record.data, 'outdated'), 'what has no schema is removed')
    assert.equal(record.data.cart?.startsWith('['), !sealed)
    const rev = record.rev
    assert.deepEqual((await browser.visit(sessions)).session.get('cart'), ['tea', 'milk'])
    assert.equal((await store.read(sid))?.rev, rev)
    assert.equal((await testBrowser(browser.cookie).visit(before({ store, sealed }))).session.userId, 'alice')
  })

  test(`${kind}whatever the order at the store, one migration is stored and no write is lost`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 4 }), async (scheduler, count) => {
        const store = memoryStore()
        const { browser, sessions: old, sid } = await oldSession({ store, sealed })
        const versions: string[] = []
        let isRacing = false
        const turn = async () => isRacing && scheduler.schedule(Promise.resolve())
        const scheduled = {
          ...aroundStore(store, async (run) => {
            await turn()
            return run()
          }),
          async update(...args: Parameters<typeof store.update>) {
            await turn()
            const done = await store.update(...args)
            if (done && args[1].set?.['@version']) versions.push(args[1].set['@version'])
            return done
          },
        }
        // Requests of an old server are under way: what they answered for is migrated, or they say that it was late.
        const late = await browser.visit(before({ store: scheduled, sealed }))
        isRacing = true
        const racing = after({ store: scheduled, sealed })
        const requests = Array.from({ length: count }, async (_, n) => {
          const { session } = await browser.visit(racing)
          await session.update('count', (before = 0) => before + 10)
          if (n === 0) await session.update('cart', (cart = []) => [...cart, 'bread'])
        })
        const underWay = late.session.set('count', 2).then(
          () => 2,
          (error) => (hasCode('data_newer')(error) ? 1 : assert.fail(error)),
        )
        const [counted] = await scheduler.waitFor(Promise.all([underWay, ...requests]))
        const { session } = await browser.visit(after({ store, sealed }))
        assert.deepEqual(versions, ['2'])
        assert.deepEqual(session.get('cart'), ['tea', 'milk', 'bread'])
        assert.equal(session.get('count'), counted + 10 * count)
        assert.equal((await old.list('alice'))[0]?.sid, sid)
      }),
      { numRuns: 300 },
    )
  })

  test(`${kind}a session whose data fails after migration is ended with an event, and nothing crashes`, async () => {
    const failing: Record<string, () => object> = {
      'data that does not fit': () => ({ cart: 'tea', count: 4711 }),
      'an error of the function': () => {
        throw new TypeError('cannot read 4711')
      },
    }
    for (const [name, migrate] of Object.entries(failing)) {
      const store = memoryStore()
      const { browser, sid } = await oldSession({ store, sealed })
      const warnings: string[] = []
      const sessions = createSessions({
        ...common,
        store,
        sealed,
        warn: (message) => warnings.push(message),
        data: { cart: z.array(z.string()), count: z.number() },
        dataVersion: 2,
        migrate: migrate as () => { count: number },
      })
      const heard: unknown[] = []
      sessions.on('session_expired', (event) => heard.push([event.sid, event.userId, event.reason]))
      const visit = await browser.visit(sessions)
      assert.deepEqual([visit.session.userId, visit.setCookies], [null, []], name)
      assert.deepEqual(heard, [[sid, 'alice', 'unreadable']])
      assert.equal(await store.read(sid), null)
      assert.match(warnings.join(), /version 1 could not be migrated to 2/)
      assert.doesNotMatch(warnings.join(), /4711/)
      await visit.session.login('alice')
      assert.equal(visit.session.userId, 'alice')
    }
  })
}

test('an older server tells who the user is, and refuses values of a newer version', async () => {
  const store = memoryStore()
  const { browser, sessions: old, sid } = await oldSession({ store })
  await browser.visit(after({ store }))
  const { session } = await browser.visit(old)
  assert.equal(session.userId, 'alice')
  assert.throws(() => session.get('cart'), hasCode('data_newer'))
  await assert.rejects(session.set('cart', 'bread'), hasCode('data_newer'))
  await assert.rejects(session.delete('cart'), hasCode('data_newer'))
  await assert.rejects(
    session.update('cart', () => 'bread'),
    hasCode('data_newer'),
  )
  await session.csrfToken()
  await session.regenerate()
  assert.equal((await store.read(sid))?.data.cart, '["tea","milk"]')
  const listing = createSessions({ ...common, store, data: { cart: z.array(z.string()) } })
  const [listed] = await listing.list('alice')
  assert.equal(listed?.get('cart'), undefined, 'a list shows nothing of another version')
})

test('new sessions have the version from the start, and a first version notes none', async () => {
  const store = memoryStore()
  const created: SessionRecord[] = []
  const watched = { ...store, create: async (record: SessionRecord) => void created.push(record) }
  await (await testBrowser().visit(after({ store: watched }))).session.login('alice')
  await (await testBrowser().visit(after({ store: watched }))).session.set('count', 1)
  await (await testBrowser().visit(before({ store: watched }))).session.login('alice')
  assert.deepEqual(
    created.map(({ data }) => data['@version']),
    ['2', '2', undefined],
  )
})

test('a function that returns a promise is a mistake, and costs no session', async () => {
  const store = memoryStore()
  const { browser, sid } = await oldSession({ store })
  const sessions = createSessions({
    ...common,
    store,
    data: { count: z.number() },
    dataVersion: 2,
    migrate: (async () => ({})) as unknown as () => { count: number },
  })
  await assert.rejects(browser.visit(sessions), hasCode('config_invalid'))
  assert.notEqual(await store.read(sid), null)
})

test('a copy in a near cache is migrated as the store has it', async () => {
  const backend = sqliteStore(':memory:')
  const { browser, sessions: old } = await oldSession({ store: backend })
  const near = cached(backend, { maxStale: '1h' })
  await near.read((await browser.visit(old)).session.sid ?? '')
  await (await browser.visit(old)).session.set('count', 7)
  const { session } = await browser.visit(after({ store: near }))
  assert.deepEqual([session.get('cart'), session.get('count')], [['tea', 'milk'], 7])
  await near.close?.()
})
