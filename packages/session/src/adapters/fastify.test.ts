import assert from 'node:assert/strict'
import { createReadStream } from 'node:fs'
import { type TestContext, test } from 'node:test'
import fastifyCookie from '@fastify/cookie'
import theirSession from '@fastify/session'
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify'
import { createSessions } from '../create-sessions.ts'
import { isSessionError } from '../errors.ts'
import type { Session } from '../session.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { adapterLaws, type ServedAdapter } from '../testing/index.ts'
import { fastifyApplication } from './applications/fastify.test-helper.ts'
import { type FastifySession, fastifySession } from './fastify.ts'

const laws = adapterLaws({ serve: (...served) => listening(fastifyApplication(fastifySession, ...served)) })

for (const law of laws) test(law.name, law.run)

async function listening(app: FastifyInstance): Promise<ServedAdapter> {
  return { url: await app.listen({ host: '127.0.0.1', port: 0 }), close: () => app.close() }
}

type Shelf = { book: string }

/** An application of one plugin, with what the test has. */
function served(
  t: TestContext,
  routes: (app: FastifyInstance, session: FastifySession<Shelf>) => void,
): {
  app: FastifyInstance
  post: (url: string) => Promise<LightMyRequestResponse>
} {
  const sessions = createSessions<Shelf>({ store: memoryStore(), sweepInterval: false })
  const session = fastifySession(sessions)
  const app = fastify()
  app.register(session.plugin)
  app.register(async (instance) => routes(instance, session))
  t.after(() => app.close())
  return { app, post: (url) => app.inject({ method: 'POST', url }) }
}

const cookieOf = (answer: { headers: { readonly 'set-cookie'?: string | string[] | undefined } }) =>
  [answer.headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0] ?? '')

test('a sign-in keeps its cookie in streams, redirects, bodies of Response, and where an error follows', async (t) => {
  const { post } = served(t, (app, session) => {
    app.addHook('preHandler', async (request) => void (await session(request).login('alice')))
    app.post('/stream', (_request, reply) => reply.send(createReadStream(import.meta.filename)))
    app.post('/redirect', (_request, reply) => reply.redirect('/elsewhere'))
    app.post('/response', () => new Response('made elsewhere', { headers: { 'set-cookie': 'theirs=1' } }))
    app.post('/write', (_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, { 'set-cookie': 'theirs=1' })
      reply.raw.end('by hand')
    })
    app.post('/refused', (_request, reply) => reply.header('content-disposition', 'a\nb').send('by Node'))
    app.post('/error', () => Promise.reject(new Error('after the sign-in')))
    app.post('/ours', (request) => session(request).requirePrivilege('admin'))
  })
  for (const [path, status, others] of [
    ['/stream', 200, 0],
    ['/redirect', 302, 0],
    ['/response', 200, 1],
    ['/write', 200, 1],
    ['/refused', 500, 0],
    ['/error', 500, 0],
    ['/ours', 403, 0],
  ] as const) {
    const answer = await post(path)
    assert.equal(answer.statusCode, status, path)
    const names = cookieOf(answer).map((pair) => pair.split('=')[0])
    assert.deepEqual(names, [...Array(others).fill('theirs'), '__Host-session'], path)
    assert.equal(answer.headers['cache-control'], 'no-store', path)
  }
})

test('request.session is the session, typed by who declares it, and nothing of it is shared', async (t) => {
  const { app } = served(t, (routes, session) => {
    routes.get('/', async (request) => {
      const own: Session<Shelf> = session(request)
      assert.equal(request.getDecorator<Session<Shelf>>('session'), own)
      await own.set('book', 'Emma')
      return own.get('book')
    })
  })
  assert.equal((await app.inject('/')).body, 'Emma')
})

test('an error handler of the application’s is asked first, and its words stay', async (t) => {
  const seen: unknown[] = []
  const { post } = served(t, (app, session) => {
    app.setErrorHandler(async (error, request, reply) => {
      if (!isSessionError(error)) throw error
      seen.push([error.code, error.statusCode])
      if (request.url === '/own') return reply.code(418).send({ statusCode: 418, mine: true })
      if (request.url === '/thrown') throw error
      if (request.url === '/other') return reply.send(Object.assign(new Error('other'), { statusCode: 418 }))
      return reply.send(error)
    })
    for (const path of ['/own', '/other', '/thrown', '/sent'])
      app.post(path, (request) => session(request).requireUser())
  })
  assert.deepEqual((await post('/own')).json(), { statusCode: 418, mine: true })
  assert.equal((await post('/other')).json().message, 'other')
  for (const path of ['/thrown', '/sent']) {
    const answer = await post(path)
    assert.deepEqual([answer.statusCode, answer.body], [401, 'Your session has ended. Sign in again.\n'])
    assert.equal(answer.headers['content-length'], String(answer.rawPayload.length))
  }
  assert.equal(seen.length, 4)
  assert.deepEqual(seen[0], ['session_ended', 401])
})

test('HEAD is told the length of the answer that GET would get', async (t) => {
  const { app } = served(t, (routes, session) => {
    routes.get('/', (request) => session(request).requireUser())
    routes.head('/own', (request) => session(request).requireUser())
  })
  for (const url of ['/', '/own']) {
    const { headers } = await app.inject({ method: 'HEAD', url })
    assert.equal(headers['content-length'], '39', url)
  }
})

test('a session that is asked for too early, or where no plugin is, is an error that names the line', async (t) => {
  const session = fastifySession(createSessions({ store: memoryStore(), sweepInterval: false }))
  const app = fastify()
  t.after(() => app.close())
  const told: string[] = []
  app.addHook('onRequest', async (request) => {
    try {
      session(request)
    } catch (error) {
      told.push((error as Error).message)
    }
  })
  app.register(async (inside) => {
    inside.register(session.plugin)
    inside.register(async (deeper) => deeper.get('/deep', (request) => session(request).userId ?? 'nobody'))
  })
  app.get('/beside', (request) => session(request).userId)
  assert.equal((await app.inject('/deep')).body, 'nobody')
  assert.equal((await app.inject('/beside')).statusCode, 500)
  for (const message of told) assert.match(message, /await app\.register\(session\.plugin\) before/)
  assert.equal(told.length, 2)
})

test('registered twice, or beside @fastify/session, it says what to write', async () => {
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const session = fastifySession(sessions)
  const twice = fastify().register(session.plugin).register(session.plugin)
  await assert.rejects(async () => twice.ready(), /app\.register\(session\.plugin\) once/)
  const settings = { secret: 'a secret with minimum length of 32 characters' }
  const beside = () => fastify().register(fastifyCookie).register(theirSession, settings)
  await assert.rejects(async () => beside().register(session.plugin).ready(), /as: 'latchkey'/)
  const named = fastifySession(sessions, { as: 'latchkey' })
  const app = beside().register(named.plugin)
  app.get('/', (request) => ({ theirs: request.session.sessionId.length > 0, ours: named(request).userId }))
  assert.deepEqual((await app.inject('/')).json(), { theirs: true, ours: null })
  await app.close()
})
