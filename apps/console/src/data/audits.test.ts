import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Report } from '@latchkey/audit'
import { type FakeClock, fakeClock } from 'latchkey/testing'
import type { Progress } from '../audits/run.ts'
import type { Owner } from './audit.ts'
import { type Audits, createAudits } from './audits.ts'
import type { Database } from './database.ts'
import { type OpenTwo, onEach } from './databases.test-helper.ts'
import { createRunningAudits, lostAfter, type RunningAudits } from './running.ts'
import { keptPerUser } from './trim.ts'
import { createUsers } from './users.ts'

interface Console {
  readonly audits: Audits
  readonly running: RunningAudits
}

function consoleOn(database: Database, clock: FakeClock, name: string): Console {
  const running = createRunningAudits(database, clock.now, name)
  return { running, audits: createAudits(database, clock.now, running) }
}

async function start(t: TestContext, open: OpenTwo) {
  const clock = fakeClock()
  const [database, again] = await open(t)
  const users = createUsers(database, clock.now)
  const idOf = async (name: string) => {
    await users.create(name, 'hash')
    return (await users.byName(name))?.id ?? ''
  }
  const [one, two] = [consoleOn(database, clock, 'one'), consoleOn(again, clock, 'two')]
  return { clock, database, one, two, ada: await idOf('ada'), eve: await idOf('eve') }
}

const progress: Progress = { steps: [], requests: 0, logins: 0, finished: false }
const report = { summary: { worst: 'high', fail: 2 } } as unknown as Report
let slots = 0

/** Begins an audit that nothing is in the way of. */
async function begin({ running }: Console, owner: Owner, url = 'https://example.com/'): Promise<string> {
  const audit = await running.begin({ owner, url, mode: 'passive', slot: `slot ${++slots}`, progress })
  return audit?.id ?? ''
}

onEach("a visitor's audit is there for an hour", async (t, open) => {
  const { clock, database, one } = await start(t, open)
  const id = await begin(one, { visitorSid: 'sid' })
  await one.running.finish(id, report)
  clock.advance('59m')
  await one.audits.sweep()
  assert.equal((await one.audits.find(id))?.visitorSid, 'sid')
  assert.equal((await one.audits.find(id))?.worst, 'high')
  assert.deepEqual(await one.audits.report(id), report)
  clock.advance('1m')
  assert.equal(await one.audits.find(id), null)
  const rows = async () => (await database.query('SELECT id FROM console_audits')).rows.length
  assert.equal(await rows(), 1)
  await one.audits.sweep()
  assert.equal(await rows(), 0)
})

onEach('the audit before is of the same site, way and owner, and has a report', async (t, open) => {
  const { clock, one, two, ada, eve } = await start(t, open)
  const owners = [{ userId: ada }, { userId: ada }, { userId: eve }, { visitorSid: 'sid' }] as const
  const ids: string[] = []
  for (const owner of owners) {
    const id = await begin(one, owner)
    ids.push(id)
    await one.running.finish(id, report)
    clock.advance('1s')
  }
  const beforeOf = async (id: string) => {
    const audit = await two.audits.find(id)
    return audit && (await two.audits.before(audit))?.id
  }
  await one.running.finish(await begin(one, { userId: ada }, 'https://example.com/other'), report)
  const failed = await begin(one, { userId: ada })
  await one.running.fail(failed, 'It ended.')
  clock.advance('1s')
  assert.equal(await beforeOf(await begin(one, { userId: ada })), ids[1])
  assert.equal(await beforeOf(ids[1] ?? ''), ids[0])
  for (const first of [ids[0], ids[2], ids[3]]) assert.equal(await beforeOf(first ?? ''), undefined)
  assert.equal(await beforeOf(await begin(two, { visitorSid: 'sid' })), ids[3])
})

onEach('signing in keeps what the visitor did, for one user', async (t, open) => {
  const { clock, one, two, ada, eve } = await start(t, open)
  const id = await begin(one, { visitorSid: 'sid' })
  await one.audits.claim('another', ada)
  assert.equal((await one.audits.find(id))?.userId, null)
  await Promise.all([one.audits.claim('sid', ada), two.audits.claim('sid', eve)])
  // It is nobody's to take any more.
  const [owner] = (await one.audits.list(ada)).length > 0 ? [ada] : [eve]
  await one.audits.claim('sid', owner === ada ? eve : ada)
  assert.equal((await two.audits.find(id))?.userId, owner)
  clock.advance('2h')
  await two.audits.sweep()
  const owners = await Promise.all([one.audits.list(ada), two.audits.list(eve)])
  assert.deepEqual(
    owners.flat().map((audit) => [audit.id, audit.visitorSid]),
    [[id, null]],
  )
})

onEach('the newest audits of a user are kept, exactly as many', async (t, open) => {
  const { clock, one, two, ada } = await start(t, open)
  const listed = async () => (await two.audits.list(ada)).map(({ id }) => id)
  const early: string[] = []
  // All in the same millisecond: what came first is oldest all the same.
  for (let at = 0; at < keptPerUser; at++) early.unshift(await begin(at % 2 ? one : two, { userId: ada }))
  assert.deepEqual(await listed(), early)
  clock.advance('1s')
  const atOnce = Array.from({ length: 15 }, () => [one, two].map((each) => begin(each, { userId: ada })))
  const late = await Promise.all(atOnce.flat())
  const kept = await listed()
  assert.deepEqual(kept.slice(0, late.length).sort(), late.sort())
  assert.deepEqual(kept.slice(late.length), early.slice(0, keptPerUser - late.length))

  const visited = await begin(two, { visitorSid: 'sid' })
  await two.audits.claim('sid', ada)
  const all = await one.audits.list(ada)
  assert.deepEqual([all.length, all[0]?.id], [keptPerUser, visited])
})

onEach('of many starts at once for one slot, at several consoles, one begins', async (t, open) => {
  const { one, two, ada } = await start(t, open)
  const next = { owner: { userId: ada }, url: 'https://example.com/', mode: 'passive', progress } as const
  const tries = () => [one, two].map(({ running }) => running.begin({ ...next, slot: 'ada' }))
  const begun = (await Promise.all(Array.from({ length: 10 }, tries).flat())).filter(
    (audit) => audit !== null,
  )
  assert.equal(begun.length, 1)
  assert.notEqual(await two.running.begin({ ...next, slot: 'another' }), null)
  for (const { running } of [one, two]) await running.fail(begun[0]?.id ?? '', 'It ended.')
  assert.notEqual(await two.running.begin({ ...next, slot: 'ada' }), null)
})

onEach('an audit belongs to the console that began it', async (t, open) => {
  const { one, two, ada } = await start(t, open)
  const id = await begin(one, { userId: ada })
  assert.equal(await two.running.beat(id, progress), 'gone')
  await two.running.finish(id, report)
  await two.running.fail(id, 'Somebody else says so.')
  assert.equal((await two.audits.find(id))?.state, 'running')

  const further = { ...progress, requests: 7 }
  assert.equal(await one.running.beat(id, further), 'go-on')
  assert.equal(await one.running.beat(id, null), 'go-on')
  assert.deepEqual(await two.running.progress(id), further)
  await two.running.requestStop(id)
  assert.equal(await one.running.beat(id, null), 'stop')
  await two.audits.delete(id)
  assert.equal(await one.running.beat(id, null), 'gone')
})

onEach('an audit is given up by whoever looks when its console has been silent', async (t, open) => {
  const { clock, one, two, ada } = await start(t, open)
  const [silent, alive] = [await begin(one, { userId: ada }), await begin(two, { userId: ada })]
  clock.advance(lostAfter - 1)
  assert.equal(await two.running.beat(alive, null), 'go-on')
  assert.equal((await two.audits.find(silent))?.state, 'running')
  clock.advance(1)
  const found = await two.audits.find(silent)
  assert.deepEqual([found?.state, found?.finishedAt], ['failed', clock.now()])
  assert.match(found?.failure ?? '', /went away/)
  assert.equal((await one.audits.find(alive))?.state, 'running')

  assert.equal(await one.running.beat(silent, null), 'gone')
  await one.running.finish(silent, report)
  assert.equal((await one.audits.list(ada)).find(({ id }) => id === silent)?.state, 'failed')
})

onEach('an audit that was lost is in nobody’s way', async (t, open) => {
  const { clock, one, two, ada } = await start(t, open)
  const next = { owner: { userId: ada }, url: 'https://example.com/', mode: 'passive', progress } as const
  await one.running.begin({ ...next, slot: 'ada' })
  clock.advance(lostAfter - 1)
  assert.equal(await two.running.begin({ ...next, slot: 'ada' }), null)
  clock.advance(1)
  assert.notEqual(await two.running.begin({ ...next, slot: 'ada' }), null)
  assert.deepEqual(
    (await one.audits.list(ada)).map(({ state }) => state),
    ['running', 'failed'],
  )
})
