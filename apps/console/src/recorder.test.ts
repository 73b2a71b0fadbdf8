import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { createSessions, memoryStore } from 'latchkey'
import { recordedLog } from '../test/support/log.ts'
import type { Database } from './data/database.ts'
import { createHistory } from './data/history.ts'
import { openSqlite } from './data/sqlite.ts'
import { createUsers } from './data/users.ts'
import { createRecorder } from './recorder.ts'

const now = () => 1_750_000_000_000

/** A recorder whose database answers only when it is let, and a user whose events it keeps. */
async function start(t: TestContext) {
  const database = openSqlite(':memory:')
  let answers: Promise<unknown> = Promise.resolve()
  const slow: Database = {
    ...database,
    query: async (...asked) => {
      await answers
      return database.query(...asked)
    },
  }
  const users = createUsers(database, now)
  await users.create('ada', 'hash')
  const ada = (await users.byName('ada'))?.id ?? ''
  const { log, logged } = recordedLog()
  const sessions = createSessions({ store: memoryStore(), now })
  const history = createHistory(slow, now)
  const recorder = createRecorder(sessions, history, log, now)
  t.after(async () => {
    await sessions.close()
    await database.close()
  })
  const hold = () => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    answers = promise
    // Who waits for it sees its rejection; when nobody does, there is nothing to see.
    promise.catch(() => undefined)
    return {
      release: resolve,
      break: () => {
        reject(new Error('what was sent: secret'))
        answers = Promise.resolve()
      },
    }
  }
  return { ada, recorder, hold, logged, kept: async () => (await history.ofUser(ada)).map(({ sid }) => sid) }
}

test('events are kept in their order, and who asks for the history can wait for them', async (t) => {
  const { ada, recorder, hold, kept } = await start(t)
  const { release } = hold()
  for (const sid of ['first', 'second', 'third']) recorder.passwordChanged(ada, sid)
  const settled = recorder.settled()
  release()
  await settled
  assert.deepEqual(await kept(), ['third', 'second', 'first'])
})

test('an event that cannot be kept harms neither its cause nor the next, and says nothing of itself', async (t) => {
  const { ada, recorder, hold, logged, kept } = await start(t)
  const database = hold()
  recorder.passwordChanged(ada, 'lost')
  await Promise.resolve()
  database.break()
  recorder.passwordChanged(ada, 'kept')
  await recorder.settled()
  assert.deepEqual(await kept(), ['kept'])
  assert.match(logged(), /an event was not kept/)
  assert.doesNotMatch(logged(), /secret/)
})

test('while the database does not answer, a bounded number of events waits', async (t) => {
  const { ada, recorder, hold, logged, kept } = await start(t)
  const { release } = hold()
  for (let each = 0; each < 1500; each++) recorder.passwordChanged(ada, `${each}`)
  release()
  // Each call waits two seconds at most, and this machine may be slow.
  for (let each = 0; each < 20 && (await kept())[0] !== '999'; each++) await recorder.settled()
  assert.equal((await kept())[0], '999')
  assert.equal([...logged().matchAll(/too many events wait/g)].length, 1)
})
