import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import { fakeClock } from 'latchkey/testing'
import { type Audits, createAudits, keptPerUser } from './audits.ts'
import { openDatabase } from './schema.ts'
import { createUsers } from './users.ts'

function open(t: TestContext) {
  const clock = fakeClock()
  const database = openDatabase(':memory:')
  t.after(() => database.close())
  const users = createUsers(database, clock.now)
  users.create('Ada', 'hash')
  const ada = users.byName('ada')?.id ?? ''
  return { clock, database, ada, audits: createAudits(database, clock.now) }
}

const visit = (audits: Audits) => audits.create({ visitorSid: 'sid' }, 'https://example.com/', 'passive')

test("a visitor's audit is there for an hour", (t) => {
  const { clock, database, audits } = open(t)
  const { id } = visit(audits)
  clock.advance('59m')
  audits.sweep()
  assert.equal(audits.find(id)?.visitorSid, 'sid')
  clock.advance('1m')
  assert.equal(audits.find(id), null)
  const rows = () => Number(database.prepare('SELECT count(*) AS n FROM audits').get()?.n)
  assert.equal(rows(), 1)
  audits.sweep()
  assert.equal(rows(), 0)
})

test('signing in keeps what the visitor did', (t) => {
  const { clock, audits, ada } = open(t)
  const { id } = visit(audits)
  audits.claim('another', ada)
  assert.equal(audits.find(id)?.userId, null)
  audits.claim('sid', ada)
  clock.advance('2h')
  audits.sweep()
  assert.deepEqual([audits.find(id)?.userId, audits.find(id)?.visitorSid], [ada, null])
})

test('the newest audits of a user are kept', (t) => {
  const { clock, audits, ada } = open(t)
  const first = audits.create({ userId: ada }, 'https://example.com/first', 'passive')
  for (let at = 0; at < keptPerUser; at++) {
    clock.advance('1s')
    audits.create({ userId: ada }, `https://example.com/${at}`, 'passive')
  }
  assert.equal(audits.find(first.id), null)
  assert.equal(audits.list(ada).length, keptPerUser)
  assert.equal(audits.list(ada)[0]?.url, `https://example.com/${keptPerUser - 1}`)
})

test('an audit does not outlive its process', (t) => {
  const { clock, database, audits } = open(t)
  const { id } = visit(audits)
  const again = createAudits(database, clock.now)
  assert.equal(again.find(id)?.state, 'failed')
  assert.match(again.find(id)?.failure ?? '', /restarted/)
})
