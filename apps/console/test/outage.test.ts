import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type PostgresServer, startPostgres } from '../../../servers/postgres.ts'
import { type RedisServer, startRedis } from '../../../servers/redis.ts'
import { until } from '../../../servers/until.ts'
import { finished, startAudit } from './support/audits.ts'
import { createClient, password, signedIn, signInAgain } from './support/client.ts'
import { run, urlOf } from './support/process.ts'
import { startSite } from './support/site.ts'
import { type Started, startConsole } from './support/start.ts'

let postgres: PostgresServer
let redis: RedisServer
let running: Started
let url: string

before(async () => {
  ;[postgres, redis] = await Promise.all([
    startPostgres(),
    startRedis({ settings: { appendonly: 'yes', appendfsync: 'always' } }),
  ])
  running = await startConsole({
    database: { kind: 'postgres', url: postgres.url },
    sessions: { kind: 'redis', url: redis.url },
    heartbeat: 200,
  })
  url = running.url
})
after(async () => {
  await running.close()
  await Promise.all([postgres.stop(), redis.stop()])
})

async function health(): Promise<unknown[]> {
  const { status, body } = await createClient(url).get('/health')
  return [status, JSON.parse(body)]
}

const isWell = async () => (await createClient(url).get('/health')).status === 200
const recovers = () => until('the console is well again', isWell)

test('a database that goes away makes pages 503, and is found again when it is back', async () => {
  const client = await signedIn(url)
  const leaving = await signInAgain(url)
  const csrf = /name="csrf" value="([^"]*)"/.exec((await leaving.get('/')).body)?.[1] ?? ''
  assert.deepEqual(await health(), [200, { status: 'ok', database: true, sessions: true }])
  await postgres.kill()
  const page = await client.get('/account')
  assert.equal(page.status, 503)
  assert.equal(page.headers.get('retry-after'), '1')
  assert.match(page.headers.get('content-type') ?? '', /text\/html/)
  assert.match(page.body, /Not available right now/)
  const signOut = await leaving.post('/sign-out', { csrf })
  assert.deepEqual([signOut.status, leaving.cookie()], [303, ''], 'who wants to go, can')
  const signIn = await createClient(url).post('/sign-in', { username: 'ada', password })
  assert.deepEqual([signIn.status, signIn.headers.getSetCookie()], [503, []])
  assert.deepEqual(await health(), [503, { status: 'unavailable', database: false, sessions: true }])
  await postgres.restart()
  await recovers()
  assert.equal((await client.get('/account')).status, 200)
  await signInAgain(url)
})

test('a session store that goes away lets nobody in, and signs nobody out', async () => {
  const client = await signInAgain(url)
  await redis.kill()
  const page = await client.get('/account')
  assert.deepEqual([page.status, page.headers.getSetCookie()], [503, []])
  assert.match(page.body, /Not available right now/)
  assert.equal((await client.post('/sign-out')).status, 503)
  assert.equal((await createClient(url).post('/sign-in', { username: 'ada', password })).status, 503)
  assert.equal((await createClient(url).get('/')).status, 200, 'a visitor needs no session')
  assert.deepEqual(await health(), [503, { status: 'unavailable', database: true, sessions: false }])
  await redis.restart()
  await recovers()
  assert.equal((await client.get('/account')).status, 200)
})

test('servers that hang are given up in time', async () => {
  const client = await signInAgain(url)
  await Promise.all([postgres.pause(), redis.pause()])
  const [page, well] = await Promise.all([client.get('/account'), health()])
  await Promise.all([postgres.resume(), redis.resume()])
  assert.equal(page.status, 503)
  assert.deepEqual(well, [503, { status: 'unavailable', database: false, sessions: false }])
  await recovers()
  assert.equal((await client.get('/account')).status, 200)
})

test('a report is not lost by a database that is away when the audit ends', async (t) => {
  const site = await startSite({ hold: true })
  t.after(() => site.close())
  const client = await signInAgain(url)
  const path = await startAudit(client, { url: site.url })
  await postgres.kill()
  site.release()
  const stored = /the end of an audit was not stored yet/
  await until('the audit has ended', () => stored.test(running.logged()))
  await postgres.restart()
  await recovers()
  assert.match(await finished(client, path), /class="lk-report/)
})

test('a console whose servers are away still ends in order', async (t) => {
  const process = run(t, { DATABASE_URL: postgres.url, SESSION_STORE: redis.url })
  await signInAgain(await urlOf(process))
  await Promise.all([postgres.kill(), redis.kill()])
  process.child.kill('SIGTERM')
  assert.equal(await process.ended, 0)
  assert.doesNotMatch(process.output(), /Error:|at .*:\d+:\d+\)/)
  await Promise.all([postgres.restart(), redis.restart()])
})

test('an outage is logged without what was sent', () => {
  const logged = running.logged()
  assert.match(logged, /the connection to Redis was lost/)
  assert.match(logged, /Redis is connected again/)
  assert.match(logged, /"error":"DatabaseError","code":"ECONNREFUSED"/)
  for (const secret of [password, postgres.url, redis.url]) assert.ok(!logged.includes(secret))
})
