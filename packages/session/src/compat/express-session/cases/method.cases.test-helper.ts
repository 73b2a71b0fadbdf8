import assert from 'node:assert/strict'
import { type Handler, lifeOf } from '../served.test-helper.ts'
import { type Case, counts, minute, sidOf, site, watchedStore } from './case.test-helper.ts'

const saves: Handler = (req, res) => {
  req.session.hit = true
  req.session.save((error) => res.end(error ? error.message : 'saved'))
}

/** How often the store is written in two requests that save by themselves. */
const savedOnce = (of: number, what: string, setting: object, handler: Handler): Case => ({
  of,
  what,
  async run(t) {
    const store = watchedStore()
    const served = await site(t, { ...setting, store }, handler)
    const first = await served.ask()
    assert.deepEqual([first.body, store.created, store.written], ['saved', 1, 0])
    assert.equal((await served.ask({ cookie: first.cookie })).body, 'saved')
    assert.equal(store.written, 0)
  },
})

/** The methods of a session. */
export const methodCases: readonly Case[] = [
  {
    of: 105,
    what: 'destroy takes the session from the request',
    async run(t) {
      const answer = await (
        await site(t, {}, (req, res) => req.session.destroy((error) => res.end(`${error} ${req.session}`)))
      ).ask()
      assert.deepEqual([answer.body, answer.lines], ['undefined undefined', []])
    },
  },
  {
    of: 106,
    what: 'regenerate makes another session, with a cookie',
    async run(t) {
      const served = await site(t, {}, (req, res) => {
        const { id } = req.session
        req.session.regenerate((error) => res.end(`${error} ${req.session.id === id}`))
      })
      const first = await served.ask()
      const second = await served.ask({ cookie: first.cookie })
      assert.deepEqual([first.body, second.body], ['undefined false', 'undefined false'])
      assert.notEqual(sidOf(second.cookie), sidOf(first.cookie))
    },
  },
  {
    of: 107,
    what: 'reload reads what others have stored meanwhile',
    async run(t) {
      const served = await site(t, {}, async (req, res) => {
        if (req.url !== '/') req.session.url = req.url
        if (req.url === '/') req.session.active = true
        if (req.url === '/foo') {
          await served.ask({ path: '/bar', cookie })
          await req.session.reload()
        }
        res.end(`saw ${req.session.url}`)
      })
      const { cookie } = await served.ask()
      assert.equal((await served.ask({ path: '/foo', cookie })).body, 'saw /bar')
    },
  },
  {
    of: 108,
    what: 'reload of a session that has ended is an error',
    async run(t) {
      const served = await site(t, {}, async (req, res) => {
        if (req.url === '/') return counts(req, res)
        await served.auth.sessions.revokeAll()
        req.session.reload((error) => res.end(error?.code))
      })
      const { cookie } = await served.ask()
      assert.equal((await served.ask({ path: '/foo', cookie })).body, 'session_ended')
    },
  },
  {
    of: 109,
    what: 'reload can be called over and over, also where it fails',
    async run(t) {
      const served = await site(t, {}, async (req, res) => {
        if (req.url === '/') return counts(req, res)
        await served.auth.sessions.revokeAll()
        let left = 20
        const again = () => {
          left--
          if (left > 0) req.session.reload(again)
          else res.end('ok')
        }
        again()
      })
      const { cookie } = await served.ask()
      assert.equal((await served.ask({ path: '/foo', cookie })).body, 'ok')
    },
  },
  {
    of: 110,
    what: 'save has stored the session when it calls back',
    async run(t) {
      const store = watchedStore()
      const served = await site(t, { store }, (req, res) => {
        req.session.hit = true
        req.session.save(async (error) => res.end(`${error} ${(await store.read(req.session.id))?.data.hit}`))
      })
      assert.equal((await served.ask()).body, 'undefined true')
    },
  },
  savedOnce(111, 'what save has stored is not stored again at the end', {}, saves),
  savedOnce(112, 'nor is that of a session that was reloaded', {}, (req, res) => {
    req.session.hit = true
    req.session.reload(() => saves(req, res))
  }),
  savedOnce(113, 'nor with saveUninitialized: false', { saveUninitialized: false }, saves),
  {
    of: 114,
    what: 'touch puts the end of the session off',
    async run(t) {
      const served = await site(t, { cookie: { maxAge: minute }, resave: false }, (req, res) => {
        req.session.hit = true
        req.session.touch()
        res.end(`${req.session.cookie.expires?.getTime()}`)
      })
      const first = await served.ask()
      served.clock.advance('10s')
      const second = await served.ask({ cookie: first.cookie })
      assert.equal(Number(second.body) - Number(first.body), 10_000)
      assert.equal(lifeOf(first.lines[0]), minute)
    },
  },
]
