import assert from 'node:assert/strict'
import { fakeClock } from 'latchkey/testing'
import { onEach } from './databases.test-helper.ts'
import { createTriedForms, triedFormLife } from './tried-forms.ts'
import { createUsers } from './users.ts'

onEach(
  'a tried form is read by its user in its session, at each console, for five minutes',
  async (t, open) => {
    const clock = fakeClock()
    const [database, again] = await open(t)
    const users = createUsers(database, clock.now)
    await users.create('ada', 'hash')
    const holder = { userId: (await users.byName('ada'))?.id ?? '', sid: 'one' }
    const [here, there] = [createTriedForms(database, clock.now), createTriedForms(again, clock.now)]
    const form = { url: 'https://example.com', password: 'a-password-given' }
    const ticket = await here.keep(form, holder)

    assert.deepEqual(await there.find(ticket, holder), form)
    const { rows } = await database.query('SELECT * FROM console_tried_forms')
    assert.doesNotMatch(JSON.stringify(rows), /a-password-given|example\.com/)
    assert.ok(!JSON.stringify(rows).includes(ticket.key))
    for (const [other, whose] of [
      [ticket, { ...holder, sid: 'two' }],
      [ticket, { ...holder, userId: 'eve' }],
      [{ ...ticket, id: 'x' }, holder],
      [{ ...ticket, key: `${ticket.key.slice(1)}A` }, holder],
    ] as const) {
      assert.equal(await there.find(other, whose), null)
    }

    const next = await here.keep({ ...form, url: 'https://example.net' }, holder)
    assert.equal(await here.find(ticket, holder), null, 'the last only')
    clock.advance(triedFormLife)
    assert.equal(await here.find(next, holder), null)
    await here.sweep()
    assert.equal((await database.query('SELECT id FROM console_tried_forms')).rows.length, 0)

    const last = await here.keep(form, holder)
    await there.remove(last, holder)
    assert.equal(await here.find(last, holder), null)
  },
)
