import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTRPCClient, httpBatchLink, httpBatchStreamLink, TRPCClientError } from '@trpc/client'
import { initTRPC, TRPCError } from '@trpc/server'
import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { brokenStore, countingStore } from '../testing/wrapped-store.ts'
import { fetchSession } from './fetch.ts'
import { trpcSessionErrors } from './trpc.ts'

/** A server and its one client, which keeps cookies as a browser does. */
function application() {
  const counting = countingStore(memoryStore())
  const store = brokenStore(counting)
  const sessions = createSessions({ store, sweepInterval: false, warn: () => undefined })
  const t = initTRPC.context<{ session: Session }>().create()
  const procedure = t.procedure.use(trpcSessionErrors(sessions, TRPCError))
  const router = t.router({
    login: procedure.mutation(({ ctx }) => ctx.session.login('alice')),
    lateLogin: procedure.mutation(async ({ ctx }) => {
      await headIsOut.promise
      await ctx.session.login('alice')
    }),
    lateNote: procedure.mutation(async ({ ctx }) => {
      await headIsOut.promise
      await ctx.session.set('note', 'tea')
    }),
    me: procedure.query(({ ctx }) => ctx.session.requireUser()),
    confirmed: procedure.query(({ ctx }) => ctx.session.requirePrivilege('admin')),
    large: procedure.mutation(({ ctx }) => ctx.session.set('value', 'x'.repeat(70_000))),
    note: procedure.mutation(({ ctx }) => ctx.session.set('note', 'tea')),
    crash: procedure.query(() => {
      throw new Error('a fault of the application')
    }),
  })
  const handle = fetchSession(sessions, (req, session) =>
    fetchRequestHandler({ endpoint: '/trpc', req, router, createContext: () => ({ session }) }),
  )
  const headIsOut = Promise.withResolvers<void>()
  let cookie = ''
  const fetch = async (url: unknown, init: unknown) => {
    const request = new Request(String(url), init as RequestInit)
    if (cookie) request.headers.set('cookie', cookie)
    const answer = await handle(request)
    cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? cookie
    headIsOut.resolve()
    return answer
  }
  const options = { url: 'https://example.com/trpc', fetch: fetch as never }
  return {
    batch: createTRPCClient<typeof router>({ links: [httpBatchLink(options)] }),
    stream: createTRPCClient<typeof router>({ links: [httpBatchStreamLink(options)] }),
    calls: counting.calls,
    store,
  }
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'done',
    (error) => (error instanceof TRPCClientError ? `${error.data?.code}: ${error.message}` : String(error)),
  )

test('session errors have tRPC’s codes and a text for users; others stay as they are', async () => {
  const { batch, store } = application()
  assert.equal(await codeOf(batch.me.query()), 'UNAUTHORIZED: Your session has ended. Sign in again.')
  await batch.login.mutate()
  assert.equal(await batch.me.query(), 'alice')
  assert.match(await codeOf(batch.confirmed.query()), /^FORBIDDEN: You are not allowed/)
  assert.match(await codeOf(batch.large.mutate()), /^PAYLOAD_TOO_LARGE: /)
  assert.match(await codeOf(batch.crash.query()), /^INTERNAL_SERVER_ERROR: /)
  store.fail(true)
  assert.notEqual(await codeOf(batch.me.query()), 'done')
})

test('calls of one batch share one session and one cookie', async () => {
  const { batch } = application()
  await Promise.all([batch.note.mutate(), batch.login.mutate(), batch.note.mutate()])
  assert.equal(await batch.me.query(), 'alice')
})

test('a streamed batch sends its head at once: what needs a cookie after that is refused, and changes nothing', async () => {
  const late = application()
  assert.match(await codeOf(late.stream.lateLogin.mutate()), /^INTERNAL_SERVER_ERROR: /)
  assert.equal(late.calls(), 0, 'the store was asked')
  await late.batch.login.mutate()
  assert.equal(await codeOf(late.stream.lateNote.mutate()), 'done', 'a value needs no cookie')
  assert.equal(await late.stream.me.query(), 'alice')
})
