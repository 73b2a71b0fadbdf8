import assert from 'node:assert/strict'
import { onEach } from './databases.test-helper.ts'
import { createUsers } from './users.ts'

const now = () => 1_750_000_000_000
const twenty = Array.from({ length: 20 }, (_, at) => at)

onEach('of many sign-ups for one name at once, at several consoles, one succeeds', async (t, open) => {
  const consoles = (await open(t)).map((database) => createUsers(database, now))
  const made = await Promise.all(
    twenty.flatMap((at) => consoles.map((users) => users.create(at % 2 ? 'Ada' : 'ADA', `hash ${at}`))),
  )
  assert.equal(made.filter(Boolean).length, 1)
  const [one, other] = await Promise.all(consoles.map((users) => users.byName('ada')))
  assert.deepEqual(one, other)
  assert.equal(one?.createdAt, now())
  assert.deepEqual(await consoles[1]?.byId(one?.id ?? ''), one)
})

onEach('of many changes of one password at once, one succeeds', async (t, open) => {
  const consoles = (await open(t)).map((database) => createUsers(database, now))
  const [users] = consoles
  await users?.create('ada', 'verified')
  const id = (await users?.byName('ada'))?.id ?? ''
  const changed = await Promise.all(
    twenty.flatMap((at) =>
      consoles.map((each, by) => each.replacePassword(id, 'verified', `new ${at} by ${by}`)),
    ),
  )
  assert.equal(changed.filter(Boolean).length, 1)
  const winner = changed.indexOf(true)
  assert.equal((await users?.byId(id))?.passwordHash, `new ${Math.floor(winner / 2)} by ${winner % 2}`)
})

onEach('an account is disabled, enabled and removed; only one that is there', async (t, open) => {
  const [one, two] = (await open(t)).map((database, at) => createUsers(database, () => now() + at))
  assert.ok(one && two)
  await one.create('ada', 'hash')
  const id = (await one.byName('ada'))?.id ?? ''
  assert.equal((await two.byId(id))?.disabledAt, null)
  assert.deepEqual([await one.disable(id), await two.disable(id)], [true, true])
  assert.equal((await two.byId(id))?.disabledAt, now(), 'since the first time')
  assert.equal(await two.enable(id), true)
  assert.equal((await one.byId(id))?.disabledAt, null)
  assert.deepEqual([await one.delete(id), await two.delete(id)], [true, false])
  assert.deepEqual([await one.disable(id), await one.enable(id), await one.byId(id)], [false, false, null])
})

onEach('accounts are listed by name, page by page', async (t, open) => {
  const [database] = await open(t)
  const users = createUsers(database, now)
  for (const name of ['cleo', 'Ada', 'bea', 'Dora']) await users.create(name, 'hash')
  const names = async (after: string) => (await users.list({ after, limit: 3 })).map(({ name }) => name)
  assert.deepEqual(await names(''), ['Ada', 'bea', 'cleo'])
  assert.deepEqual(await names('CLEO'), ['Dora'])
})

onEach('text that one of them could not store is nobody', async (t, open) => {
  const [database] = await open(t)
  const users = createUsers(database, now)
  assert.equal(await users.byName('ad\0a'), null)
  assert.equal(await users.byId('\0'), null)
})
