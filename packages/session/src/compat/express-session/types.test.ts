import assert from 'node:assert/strict'
import { test } from 'node:test'
import express, { type Request } from 'express'
import { memoryStore } from '../../stores/memory/memory.ts'
import session, { type CookieOptions, type Session, type SessionData } from './express-session.ts'

declare module './express-session.ts' {
  interface SessionData {
    typesTest?: { readonly views: number }
  }
}

// As the guide has it for who writes `req.session`, of this file's own requests alone.
type WithSession = Request & { session: Session & Partial<SessionData>; sessionID: string }

test('sessions have the types that users of express-session know', () => {
  const cookie: CookieOptions = { maxAge: 60_000, sameSite: 'lax' }
  const auth = session({ store: memoryStore(), name: 'sid', resave: false, saveUninitialized: false, cookie })
  const app = express()
  app.use(auth)
  app.get('/', (req, res) => {
    const current = (req as WithSession).session
    current.typesTest = { views: (current.typesTest?.views ?? 0) + 1 }
    const own = auth.of(req)
    const views: number | undefined = own.typesTest?.views
    // @ts-expect-error a value that nobody has declared
    own.undeclared = views
    const same: typeof own = own.touch().resetMaxAge()
    same.regenerate((error) => void error?.message).save()
    const saved: Promise<void> = same.save()
    void saved
    const age: number | null = same.cookie.maxAge
    res.json(age)
  })
  assert.equal(typeof app, 'function')

  // @ts-expect-error what is not kept
  assert.throws(() => session({ store: memoryStore(), secret: 'keyboard cat' }), /takeOver/)
  // @ts-expect-error what is not kept
  assert.throws(() => session({ store: memoryStore(), resave: true }), /resave: false/)
  // @ts-expect-error a store of express-session's kind
  assert.throws(() => session({ store: { get() {}, set() {}, destroy() {} } }), /takeOver/)
  // @ts-expect-error no store
  assert.throws(() => session({}), /memoryStore/)
})
