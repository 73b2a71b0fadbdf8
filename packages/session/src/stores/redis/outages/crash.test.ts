import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { sharedRedis } from '../../../../../../servers/shared.ts'
import type { SessionRecord, SessionStore } from '../../../store.ts'
import { sampleRecord } from '../../../testing/laws/record-laws.ts'
import type { RedisClient } from '../clients/client.ts'
import {
  freshPrefix,
  removeTestKeys,
  singleClients,
  type TestClient,
} from '../clients/clients.test-helper.ts'
import { redisStore } from '../redis.ts'

/** How long a session is alive in these tests, in milliseconds. */
const life = 3_600_000

/** What a process was doing when it died: on which record, and as what it knew that. */
interface Operation {
  readonly record: (parts: Partial<SessionRecord>) => SessionRecord
  /** False where the operation itself makes the record. */
  readonly exists: boolean
  readonly run: (store: SessionStore, record: SessionRecord) => Promise<unknown>
  /** How many commands it sends, so that a test notices when there are more to crash between. */
  readonly commands: number
}

const later = () => Date.now() + 2 * life
const operations: Readonly<Record<string, Operation>> = {
  'create with a user': {
    record: (parts) => sampleRecord({ userId: 'u', ...parts }),
    exists: false,
    run: (store, record) => store.create(record),
    commands: 2,
  },
  'login by update': {
    record: sampleRecord,
    exists: true,
    run: (store, { sid }) =>
      store.update(sid, { fields: { userId: 'u', secretHash: 'n', expiresAt: later() } }),
    commands: 2,
  },
  touch: {
    record: (parts) => sampleRecord({ userId: 'u', ...parts }),
    exists: true,
    run: (store, { sid }) => store.update(sid, { fields: { expiresAt: later() }, owner: 'u' }),
    commands: 2,
  },
  'touch of whose owner the writer knows nothing': {
    record: (parts) => sampleRecord({ userId: 'u', ...parts }),
    exists: true,
    run: (store, { sid }) => store.update(sid, { fields: { expiresAt: later() } }),
    commands: 3,
  },
  'user changed without new times': {
    record: (parts) => sampleRecord({ userId: 'before', ...parts }),
    exists: true,
    run: (store, { sid }) => store.update(sid, { fields: { userId: 'u' } }),
    commands: 3,
  },
  delete: {
    record: (parts) => sampleRecord({ userId: 'u', ...parts }),
    exists: true,
    run: (store, { sid }) => store.delete(sid),
    commands: 2,
  },
}

for (const [name, connect] of Object.entries(singleClients)) {
  describe(name, () => {
    let it: TestClient
    before(async () => {
      it = await connect(await sharedRedis())
    })
    after(async () => {
      await removeTestKeys(it)
      await it.close()
    })

    for (const [what, { record: make, exists, run, commands }] of Object.entries(operations)) {
      test(`a process that dies at any command of ${what} leaves no live session out of the list`, async () => {
        for (let step = 0; step <= commands; step++) {
          for (const lastIs of ['not sent', 'sent, its answer lost'] as const) {
            const prefix = freshPrefix()
            const store = redisStore(it.client, { prefix })
            const record = make({ expiresAt: Date.now() + life })
            if (exists) await store.create(record)
            const { client, dead, answered } = dyingClient(it.client, step, lastIs)
            const outcome = run(redisStore(client, { prefix }), record).then(() => 'finished')
            await Promise.race([dead, outcome.then(() => setImmediate())])
            await answered()
            const isWhole = step === commands
            if (isWhole)
              assert.equal(await outcome, 'finished', 'it sends more commands than this test knows')
            await assertListed(it, store, prefix, record.sid, `dead at command ${step}, ${lastIs}`)
          }
        }
      })
    }
  })
}

/** Whoever the record says is signed in, finds it in the list for as long as it may be alive. */
async function assertListed(it: TestClient, store: SessionStore, prefix: string, sid: string, when: string) {
  const found = await store.read(sid)
  for (const user of ['u', 'before']) {
    const listed = (await store.list(user)).map((each) => each.sid)
    assert.deepEqual(listed, found?.userId === user ? [sid] : [], `${user} ${when}`)
  }
  if (!found || found.userId === null) return
  const until = Number(await it.command('ZSCORE', `${prefix}u:${found.userId}`, sid))
  assert.ok(until >= found.expiresAt, `the index forgets it too early, ${when}`)
  const indexLife = Number(await it.command('PTTL', `${prefix}u:${found.userId}`))
  assert.ok(Date.now() + indexLife >= found.expiresAt, `the index is gone too early, ${when}`)
}

/** The client of a process that dies at the command after so many: nothing it awaits comes any more. */
function dyingClient(client: RedisClient, commands: number, lastIs: 'not sent' | 'sent, its answer lost') {
  const { promise: dead, resolve: die } = Promise.withResolvers<void>()
  const never = new Promise<never>(() => undefined)
  const sent: Promise<unknown>[] = []
  let count = 0
  const method = 'call' in client ? 'call' : 'sendCommand'
  const send = (...args: unknown[]): Promise<unknown> => {
    const index = count++
    if (index > commands || (index === commands && lastIs === 'not sent')) {
      die()
      return never
    }
    const answer = Promise.resolve(Reflect.apply(Reflect.get(client, method), client, args))
    sent.push(answer.catch(() => undefined))
    return answer.then(
      (reply) => {
        if (index < commands) return reply
        die()
        return never
      },
      (error: Error) => {
        // A script that the server does not know is only the first half of a command.
        if (error.message.startsWith('NOSCRIPT')) count--
        throw error
      },
    )
  }
  const dying = new Proxy(client, {
    get: (target, name) => (name === method ? send : Reflect.get(target, name, target)),
  })
  return { client: dying, dead, answered: () => Promise.all(sent) }
}
