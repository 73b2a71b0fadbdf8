import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { lifeOf } from '../served.test-helper.ts'
import { type Case, counts, minute, sidOf, site, stores, watchedStore } from './case.test-helper.ts'

/** As a middleware that looks at an answer's body does it. */
function watchWrites(res: ServerResponse): void {
  const { write, end } = res
  let isOver = false
  res.write = function (this: ServerResponse, ...args: unknown[]) {
    if (isOver) throw new Error('write after end')
    return Reflect.apply(write, this, args)
  } as typeof write
  res.end = function (this: ServerResponse, ...args: unknown[]) {
    isOver = true
    return Reflect.apply(end, this, args)
  } as typeof end
}

const answers: readonly [number, string, (res: ServerResponse) => void, string][] = [
  [17, 'with a body', (res) => res.end('saved'), 'saved'],
  [18, 'without a body', (res) => res.setHeader('content-length', '0').end(), ''],
  [
    19,
    'of several parts',
    (res) => {
      res.setHeader('content-length', '12')
      res.write('hello, ')
      res.end('world')
    },
    'hello, world',
  ],
  [20, 'of a known length', (res) => res.setHeader('content-length', '5').end('saved'), 'saved'],
]

/** What an answer waits for, and that nothing of it changes. */
export const answerCases: readonly Case[] = [
  {
    of: 11,
    what: 'a second end changes nothing',
    async run(t) {
      const served = await site(t, {}, (req, res) => {
        req.session.hit = true
        res.setHeader('content-type', 'text/plain')
        res.end('Hello')
        res.end()
      })
      const answer = await served.ask()
      assert.deepEqual([answer.body, answer.headers['content-type']], ['Hello', 'text/plain'])
    },
  },
  {
    of: 12,
    what: 'end(null) is an empty answer',
    async run(t) {
      const served = await site(t, {}, (req, res) => {
        req.session.hit = true
        res.end(null)
      })
      assert.deepEqual([(await served.ask()).body, served.errors], ['', []])
    },
  },
  ...answers.map(
    ([of, what, end, body]): Case => ({
      of,
      what: `an answer ${what} comes when the session is saved`,
      async run(t) {
        const store = watchedStore()
        const { create } = store
        let isSaved = false
        store.create = async (record) => {
          await new Promise((resolve) => setImmediate(resolve))
          await create(record)
          isSaved = true
        }
        const served = await site(t, { store }, (req, res) => {
          req.session.hit = true
          end(res)
        })
        const answer = await served.ask()
        assert.deepEqual([answer.body, isSaved, answer.lines.length], [body, true, 1])
      },
    }),
  ),
  {
    of: 21,
    what: 'a request puts the end of its session off',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store, cookie: { maxAge: minute } }, (req, res) => {
        req.session.user = 'bob'
        res.end(req.session.id)
      })
      const first = await served.ask()
      const before = await store.read(first.body)
      assert.equal(lifeOf(first.lines[0]), minute)
      assert.equal(before?.expiresAt, served.clock.now() + minute)
      served.clock.advance('30s')
      const second = await served.ask({ cookie: first.cookie })
      assert.equal(second.body, first.body)
      assert.equal((await store.read(first.body))?.expiresAt, served.clock.now() + minute)
    },
  },
  ...['before', 'after'].map(
    (when, at): Case => ({
      of: 97 + at,
      what: `who has put something around write and end ${when} the middleware sees both`,
      async run(t) {
        const before = at === 0 ? (_: unknown, res: ServerResponse) => watchWrites(res) : undefined
        const served = await site(t, { ...(before && { before }) }, (req, res) => {
          if (at === 1) watchWrites(res)
          req.session.hit = true
          res.write('hello, ')
          res.end('world')
        })
        assert.equal((await served.ask()).body, 'hello, world')
      },
    }),
  ),
  {
    of: 99,
    what: 'a header that is set after the end is the error that Node has for it',
    async run(t) {
      const told: (string | undefined)[] = []
      const tell = (act: () => unknown) => {
        try {
          act()
          told.push('nothing')
        } catch (error) {
          told.push((error as Error).message)
        }
      }
      for (const isStored of [false, true]) {
        const served = await site(t, {}, (req, res) => {
          if (isStored) req.session.hit = true
          res.end()
          tell(() => res.setHeader('content-length', '3'))
        })
        assert.equal((await served.ask()).body, '')
      }
      assert.equal(told[1], told[0])
      assert.match(told[0] ?? '', /after they are sent/)
    },
  },
  {
    of: 100,
    what: 'a session lasts from request to request',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store }, counts)
      const { cookie } = await served.ask()
      assert.ok(await store.read(sidOf(cookie)))
      assert.equal((await served.ask({ cookie })).body, '2')
    },
  },
  {
    of: 101,
    what: 'a cookie with a maxAge is set again where the session has changed, and not elsewhere',
    async run(t) {
      const served = await site(t, { cookie: { maxAge: minute } }, (req, res) => {
        if (req.url === '/change') counts(req, res)
        else res.end(`${req.session.count}`)
      })
      const { cookie } = await served.ask({ path: '/change' })
      const told = []
      for (const path of ['/change', '/', '/change'])
        told.push(await served.ask({ path, cookie }).then(({ body, lines }) => [body, lines.length]))
      assert.deepEqual(told, [
        ['2', 1],
        ['2', 0],
        ['3', 1],
      ])
    },
  },
  {
    of: 102,
    what: 'methods are not listed by for … in',
    async run(t) {
      const served = await site(t, {}, (req, res) => {
        Object.assign(req.session, { foo: 1, bar: 2 })
        const names = []
        for (const name in req.session) names.push(name)
        res.end(names.sort().join())
      })
      assert.equal((await served.ask()).body, 'bar,cookie,foo')
    },
  },
  ...(['is an error', 'is an error until it is back'] as const).map(
    (instead, at): Case => ({
      of: 103 + at,
      what: `a request with a cookie while the store is gone${at === 1 ? ', and after' : ''}`,
      instead: `${instead} (503): it is never a visitor’s`,
      async run(t) {
        const store = watchedStore()
        const { read } = store
        const served = await site(t, { store }, stores)
        const { cookie } = await served.ask()
        store.read = () => Promise.reject(new Error('gone'))
        assert.equal((await served.ask({ cookie })).status, 503)
        store.read = read
        assert.equal((await served.ask({ cookie })).status, 200)
      },
    }),
  ),
]
