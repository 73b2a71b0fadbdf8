import type { IncomingMessage } from 'node:http'
import { memoryStore } from 'latchkey'
import session, { type session as named, type Session } from 'latchkey/express-session'
import { same } from './same.ts'

declare module 'latchkey/express-session' {
  interface SessionData {
    declaredHere: { views: number }
  }
}

const auth = session({ store: memoryStore(), name: '__Host-shop', resave: false, cookie: { maxAge: 60_000 } })

export function values(req: IncomingMessage) {
  const own = auth.of(req)
  own.declaredHere = { views: (own.declaredHere?.views ?? 0) + 1 }
  same<string, Session['id']>()
  same<number | null, typeof own.cookie.maxAge>()
  own.regenerate((error) => void error?.message)
  const saved: Promise<void> = own.save()
  same<typeof session, typeof named>()
  // @ts-expect-error: a value that nobody has declared
  own.undeclared = 1
  // @ts-expect-error: another type
  own.declaredHere = 1
  return saved
}

export function options() {
  const store = memoryStore()
  // @ts-expect-error: there is no store
  session({})
  // @ts-expect-error: a store of express-session's kind
  session({ store: { get() {}, set() {}, destroy() {} } })
  // @ts-expect-error: nothing is signed
  session({ store, secret: 'keyboard cat' })
  // @ts-expect-error: only what has changed is written
  session({ store, resave: true })
  // @ts-expect-error: IDs are random
  session({ store, genid: () => '1' })
  // @ts-expect-error: no such option
  session({ store, ttl: 60 })
}
