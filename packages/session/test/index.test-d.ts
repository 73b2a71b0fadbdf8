// Nothing here runs: `tsc` says whether what users write is typed as they are told.
import {
  type CookieOptions,
  createSessions,
  type Duration,
  isSessionError,
  memoryStore,
  nistPolicies,
  type SealedSummary,
  type Session,
  type SessionErrorCode,
  type SessionRecord,
  type SessionStore,
  type SessionSummary,
  type sessionEventNames,
  type withReturnPath,
} from 'latchkey'
import { same } from './same.ts'

interface Shop {
  cart: string[]
  theme: 'light' | 'dark'
  note?: string
}

const store = memoryStore()
const sessions = createSessions<Shop>({ store })

export async function values(session: Session<Shop>) {
  same<string[] | undefined, ReturnType<typeof session.get<'cart'>>>()
  const theme = session.get('theme')
  same<'light' | 'dark' | undefined, typeof theme>()
  const cart = await session.update('cart', (before = []) => [...before, 'tea'])
  same<string[], typeof cart>()
  const taken = await session.take('theme')
  same<'light' | 'dark' | undefined, typeof taken>()
  same<('cart' | 'theme' | 'note')[], ReturnType<typeof session.keys>>()
  await session.set('cart', ['tea'])
  await session.set({ theme: 'dark' })
  await session.delete('cart', 'theme')

  // @ts-expect-error: no such key
  session.get('basket')
  // @ts-expect-error: no such key
  await session.set('basket', [])
  // @ts-expect-error: no such key, beside one that there is
  await session.set({ theme: 'dark', basket: [] })
  // @ts-expect-error: another type
  await session.set('theme', 'blue')
  // @ts-expect-error: what is undefined cannot be stored; delete it
  await session.set({ note: undefined })
  // @ts-expect-error: no such key
  await session.delete('basket')
  // @ts-expect-error: another type than the value's
  await session.update('cart', () => 'tea')
  // @ts-expect-error: a promise is no value
  await session.update('cart', async () => ['tea'])
}

export async function users(session: Session) {
  same<string | null, typeof session.userId>()
  same<string | null, typeof session.sid>()
  same<string, ReturnType<typeof session.requireUser>>()
  same<AbortSignal, typeof session.signal>()
  await session.login('alice', { policy: 'remembered', methods: ['pwd'] })
  await session.login('alice', { policy: undefined })
  await session.elevate('admin', { for: '15m' })
  await session.set('anything', [1, { deep: true }])
  same<unknown, ReturnType<typeof session.get<'anything'>>>()
  // @ts-expect-error: a user's id is text
  await session.login(7)
  // @ts-expect-error: no such option
  await session.login('alice', { remember: true })
  // @ts-expect-error: a privilege has an end
  await session.elevate('admin')
  // @ts-expect-error: no unit of time
  session.requireFresh('10 minutes')
  // @ts-expect-error: it is read, not set
  session.userId = 'alice'
  // @ts-expect-error: tokens are there where createSessions has them
  await session.accessToken({ audience: 'api', clientId: 'app' })
}

export async function lists() {
  const [summary] = await sessions.list('alice')
  same<SessionSummary<Shop> | undefined, typeof summary>()
  const cart = summary?.get('cart')
  same<string[] | undefined, typeof cart>()
  // @ts-expect-error: no such key
  summary?.get('basket')

  const sealed = createSessions<Shop>({ store, sealed: true })
  const [device] = await sealed.list('alice')
  same<SealedSummary | undefined, typeof device>()
  // @ts-expect-error: what is sealed is in no list
  device?.get('cart')

  const perhaps = createSessions<Shop>({ store, sealed: Math.random() > 0.5 })
  // @ts-expect-error: what may be sealed neither
  ;(await perhaps.list('alice'))[0]?.get('cart')

  same<boolean, Awaited<ReturnType<typeof sessions.revoke>>>()
  await sessions.revoke('sid', { userId: 'alice', reason: 'revoked' })
  await sessions.revokeUser('alice', { except: null })
  // @ts-expect-error: no such reason
  await sessions.revokeUser('alice', { reason: 'because' })
}

/** A schema as Zod and others make them. */
interface Schema<Input, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => { readonly value: Output }
    readonly types?: { readonly input: Input; readonly output: Output }
  }
}

export async function schemas(cart: Schema<string[]>, count: Schema<string, number>) {
  const { open } = createSessions({ store, data: { cart }, dataVersion: 2, migrate: () => ({ cart: [] }) })
  const session = await open({} as never)
  same<string[] | undefined, ReturnType<typeof session.get<'cart'>>>()
  // @ts-expect-error: no schema has this key
  session.get('basket')
  const changing = await createSessions({ store, data: { count } }).open({} as never)
  // @ts-expect-error: what a schema turns into something else could not be read again
  await changing.set('count', 1)
  // @ts-expect-error: an older version is made into the data
  createSessions({ store, data: { cart }, migrate: () => ({ cart: 'tea' }) })
}

export function options() {
  createSessions({
    store,
    idleTimeout: undefined,
    cookie: undefined,
    sessionsPerUser: { max: 5, atCap: undefined },
  })
  createSessions({
    store,
    idleTimeout: '20m',
    absoluteTimeout: 8 * 3600_000,
    policies: { remembered: { idleTimeout: '30d' } },
  })
  createSessions({ store, ...nistPolicies })
  createSessions<{ at: number; deep: { list: (string | null)[] } }>({ store })
  // @ts-expect-error: there is no store
  createSessions({})
  // @ts-expect-error: no such option
  createSessions({ store, idleTimeOut: '20m' })
  // @ts-expect-error: no unit of time
  createSessions({ store, idleTimeout: '20min' })
  // @ts-expect-error: JSON has no dates
  createSessions<{ at: Date }>({ store })
  // @ts-expect-error: no such place
  createSessions({ store, clearSiteData: ['cookie'] })
  same<Duration, number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`>()
}

export function cookies(): CookieOptions[] {
  // @ts-expect-error: a __Host- name has no domain
  const host: CookieOptions = { name: '__Host-shop', domain: 'example.com' }
  // @ts-expect-error: a __Secure- name is secure
  const secure: CookieOptions = { name: '__Secure-shop', secure: false }
  return [host, secure, { name: 'shop', secure: false, domain: 'example.com' }, { sameSite: 'Lax' }]
}

export function events() {
  const stop = sessions.on('session_expired', ({ reason, sid }) => {
    same<string, typeof sid>()
    if (reason === 'idle') return
    // @ts-expect-error: no such reason
    if (reason === 'tired') return
  })
  same<() => void, typeof stop>()
  // @ts-expect-error: no such event
  sessions.on('session_gone', () => undefined)
  same<true, 'session_created' extends (typeof sessionEventNames)[number] ? true : false>()
}

export function errors(error: unknown): SessionErrorCode | null {
  if (!isSessionError(error)) return null
  same<number, typeof error.status>()
  // @ts-expect-error: no such code
  if (error.code === 'session_gone') return null
  return error.code
}

/** Extension points: what others implement. */
export async function stores(record: SessionRecord): Promise<SessionStore> {
  const found = await store.read(record.sid)
  same<SessionRecord | null, typeof found>()
  // @ts-expect-error: a record is never changed in place
  record.userId = 'alice'
  same<string, ReturnType<typeof withReturnPath>>()
  const { maxStale } = store
  same<number | undefined, typeof maxStale>()
  return store
}
