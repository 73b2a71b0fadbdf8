import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { type RedisServer, startRedis } from '../../../../servers/redis.ts'
import { until } from '../../../../servers/until.ts'
import { recordedLog } from '../../test/support/log.ts'
import { ownSchema } from '../../test/support/postgres.ts'
import { connectPostgres } from '../backends/postgres.ts'
import { connectRedis } from '../backends/redis.ts'
import { migrateData } from '../data/postgres-schema.ts'
import { type CreateLimiter, postgresLimiter, redisLimiter } from './limiters.ts'
import { createThrottles, defaultLimits, type Throttles } from './throttles.ts'

const minute = { duration: 60 }
const few = {
  ...defaultLimits,
  signInPair: { points: 3, ...minute },
  signInAddress: { points: 6, ...minute },
  signUp: { points: 3, ...minute },
}
const address = '198.51.100.1'

async function ownRedis(t: TestContext): Promise<RedisServer> {
  const server = await startRedis()
  t.after(() => server.stop())
  return server
}

async function onRedis(t: TestContext, { url }: { readonly url: string }) {
  const { log, logged } = recordedLog()
  const { client, close } = await connectRedis('SESSION_STORE', url, log)
  t.after(close)
  return { limiter: redisLimiter(client, log), client, logged }
}

async function onPostgres(t: TestContext, url: string): Promise<CreateLimiter> {
  const { log } = recordedLog()
  const { pool, close } = await connectPostgres('DATABASE_URL', url, log, migrateData)
  t.after(close)
  return postgresLimiter(pool, log)
}

const places: readonly (readonly [string, (t: TestContext) => Promise<CreateLimiter[]>])[] = [
  [
    'Redis',
    async (t) => {
      const server = await ownRedis(t)
      return [(await onRedis(t, server)).limiter, (await onRedis(t, server)).limiter]
    },
  ],
  [
    'PostgreSQL',
    async (t) => {
      const url = await ownSchema(t)
      return [await onPostgres(t, url), await onPostgres(t, url)]
    },
  ],
]

for (const [name, open] of places) {
  const consoles = async (t: TestContext) => (await open(t)).map((limiter) => createThrottles(few, limiter))

  test(`${name}: what is counted at one console counts at all`, async (t) => {
    const [one, two] = (await consoles(t)) as [Throttles, Throttles]
    assert.equal(await one.signUp(address), null)
    assert.equal(await two.signUp(address), null)
    assert.equal(await one.signUp(address), null)
    for (const each of [one, two]) {
      const wait = await each.signUp(address)
      assert.ok(wait !== null && wait > 50 && wait <= 60, `${wait}`)
    }
    assert.equal(await two.signUp('198.51.100.2'), null)
  })

  test(`${name}: of many sign-ins at once no more are let through than the limit`, async (t) => {
    const both = await consoles(t)
    const waits = await Promise.all(
      Array.from({ length: 10 }, () => both.map((each) => each.signIn('ada', address))).flat(),
    )
    assert.equal(waits.filter((wait) => wait === null).length, few.signInPair.points)
  })

  test(`${name}: right sign-ins do not count`, async (t) => {
    const [one, two] = (await consoles(t)) as [Throttles, Throttles]
    for (let at = 0; at < 10; at++) {
      assert.equal(await one.signIn('ada', address), null)
      await two.right('ada', address)
    }
  })
}

test('while Redis is away each console counts for itself, and together again when it is back', async (t) => {
  const server = await ownRedis(t)
  const { limiter, client, logged } = await onRedis(t, server)
  const throttles = createThrottles(few, limiter)
  await server.kill()
  for (let at = 0; at < 3; at++) assert.equal(await throttles.signUp(address), null)
  assert.equal(await throttles.signUp(address), 60)
  assert.match(logged(), /counts in this process/)
  await server.restart()
  await until('Redis is connected again', () => client.isReady)
  assert.equal(await throttles.signUp(address), null)
  assert.notEqual((await client.keys('*')).length, 0)
})

test('a Redis that hangs holds no sign-in up for long', async (t) => {
  const server = await ownRedis(t)
  const { limiter, logged } = await onRedis(t, server)
  await server.pause()
  t.after(() => server.resume())
  const throttles = createThrottles({ ...few, signUp: { points: 1, ...minute } }, limiter)
  const waits = await Promise.all([throttles.signUp(address), throttles.signUp(address)])
  assert.deepEqual(waits, [null, 60])
  assert.match(logged(), /NO_ANSWER/)
})
