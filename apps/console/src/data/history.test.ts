import assert from 'node:assert/strict'
import type { Database } from './database.ts'
import { onEach } from './databases.test-helper.ts'
import { createHistory, eventsPerUser, keptFor, type NewEvent } from './history.ts'
import { createUsers } from './users.ts'

const start = 1_750_000_000_000
const now = () => start

async function userIn(database: Database, name = 'ada', at = start): Promise<string> {
  const users = createUsers(database, () => at)
  await users.create(name, 'hash')
  return (await users.byName(name))?.id ?? ''
}

const event = (userId: string | null, more: Partial<NewEvent> = {}): NewEvent => ({
  userId,
  sid: 'sid-1',
  kind: 'session_created',
  reason: null,
  at: start,
  ...more,
})

onEach('an event is its session’s user’s and browser’s, also when it knows neither', async (t, open) => {
  const [first, second] = await open(t)
  const [here, there] = [createHistory(first, now), createHistory(second, now)]
  const ada = await userIn(first)
  await here.add(event(ada, { reason: 'remembered' }))
  await here.describe('sid-1', 'Firefox on Linux')
  await there.add(event(null, { kind: 'session_expired', reason: 'revoked', at: start + 1 }))
  await there.describe('sid-1', 'somebody else')
  const client = 'Firefox on Linux'
  assert.deepEqual(await here.ofUser(ada), [
    { sid: 'sid-1', kind: 'session_expired', reason: 'revoked', client, at: start + 1 },
    { sid: 'sid-1', kind: 'session_created', reason: 'remembered', client, at: start },
  ])
  assert.deepEqual(await there.ofSession(ada, 'sid-1'), await here.ofUser(ada))
})

onEach('what is no user’s is not kept, and nobody sees another’s', async (t, open) => {
  const [database] = await open(t)
  const history = createHistory(database, now)
  const [ada, eve] = [await userIn(database), await userIn(database, 'eve')]
  await history.add(event(null, { sid: 'visitor', kind: 'session_expired' }))
  await history.add(event('nobody', { sid: 'of-nobody' }))
  await history.add(event(ada))
  assert.deepEqual((await database.query('SELECT sid FROM console_events')).rows.length, 1)
  assert.deepEqual([await history.ofUser(eve), await history.ofSession(eve, 'sid-1')], [[], []])
})

onEach('of the renewals of a session the last is kept', async (t, open) => {
  const [database] = await open(t)
  const history = createHistory(database, now)
  const ada = await userIn(database)
  await history.add(event(ada))
  const renewed = { kind: 'session_renewed', reason: 'renewal' } as const
  for (const at of [start + 1, start + 2, start + 3]) await history.add(event(ada, { ...renewed, at }))
  await history.add(event(ada, { ...renewed, reason: 'reauthenticate', at: start + 4 }))
  await history.add(event(ada, { ...renewed, sid: 'sid-2', at: start + 5 }))
  assert.deepEqual(
    (await history.ofUser(ada)).map(({ at }) => at - start),
    [5, 4, 3, 0],
  )
})

onEach('the newest events of a user are kept, exactly as many', async (t, open) => {
  const [first, second] = await open(t)
  const histories = [createHistory(first, now), createHistory(second, now)]
  const [ada, eve] = [await userIn(first), await userIn(first, 'eve')]
  await histories[0]?.add(event(eve, { at: start - 1 }))
  const total = eventsPerUser + 20
  for (let at = 0; at < total; at += 20) {
    const batch = Array.from({ length: 20 }, (_, each) => start + at + each)
    await Promise.all(batch.map((time) => histories[time % 2]?.add(event(ada, { at: time }))))
  }
  const { rows } = await first.query('SELECT at FROM console_events WHERE user_id = $1 ORDER BY at', ada)
  assert.deepEqual(
    rows.map(({ at }) => Number(at)),
    Array.from({ length: eventsPerUser }, (_, each) => start + 20 + each),
  )
  assert.equal((await histories[1]?.ofUser(ada, 3))?.length, 3)
  assert.equal((await histories[1]?.ofUser(eve))?.length, 1)
})

onEach('what happened to all is told to those who had an account then', async (t, open) => {
  const [database] = await open(t)
  const history = createHistory(database, now)
  const [ada, late] = [await userIn(database, 'ada', start - 1), await userIn(database, 'late', start + 1)]
  await history.addEndedAll()
  const all = { sid: null, kind: 'sessions_ended_all', reason: null, client: null, at: start }
  assert.deepEqual([await history.ofUser(ada), await history.ofUser(late)], [[all], []])
})

onEach('after 90 days it is removed, and with the account at once', async (t, open) => {
  const [database] = await open(t)
  let time = start
  const history = createHistory(database, () => time)
  const users = createUsers(database, now)
  const [ada, eve] = [await userIn(database), await userIn(database, 'eve')]
  await history.add(event(ada))
  await history.add(event(ada, { at: start + 1 }))
  await history.add(event(eve, { at: start + 1 }))
  await history.addEndedAll()
  time = start + keptFor
  await history.sweep()
  const left = async () => (await database.query('SELECT user_id FROM console_events')).rows.length
  assert.equal(await left(), 2)
  await users.delete(ada)
  assert.equal(await left(), 1)
})
