import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, serve, type Visit } from '../../../test/serve.ts'
import { sessionSite } from '../../../test/session-site.ts'

test('an ID that the login keeps is fixation, proved by replay', async (t) => {
  const site = await serve(t, sessionSite({ keepsId: true }))
  const [issued] = value(await audit(site.url), 'fixation').trials
  assert.deepEqual([issued?.variant, issued?.rotated, issued?.replay.state], ['issued', false, 'signed-in'])
})

test('a new ID with the old one left alive is fixation too', async (t) => {
  const site = await serve(t, sessionSite({ leavesOldId: true }))
  const [issued] = value(await audit(site.url), 'fixation').trials
  assert.deepEqual([issued?.rotated, issued?.replay.state], [true, 'signed-in'])
})

test('a chosen ID that is adopted and kept shows in fixation and strict-ids', async (t) => {
  const site = await serve(t, sessionSite({ adopts: true, keepsId: true }))
  const file = await audit(site.url)
  const chosen = value(file, 'fixation').trials.find(({ variant }) => variant === 'chosen')
  assert.equal(chosen?.replay.state, 'signed-in')
  assert.equal(value(file, 'strictIds').trials[0]?.adoptedBy, 'login')
})

test('an ID that is adopted but rotated at login shows by the state kept under it', async (t) => {
  const site = await serve(t, sessionSite({ adopts: true }))
  const file = await audit(site.url)
  assert.equal(value(file, 'strictIds').trials[0]?.adoptedBy, 'state')
  assert.ok(value(file, 'fixation').trials.every(({ replay }) => replay.state === 'anonymous'))
})

test('an adopted ID that is sent back is kept, not replaced', async (t) => {
  const site = await serve(t, sessionSite({ adopts: true, rolling: true }))
  assert.equal(value(await audit(site.url), 'strictIds').trials[0]?.adoptedBy, 'state')
})

test('no cookie before the login: only a chosen ID is tried', async (t) => {
  const site = await serve(t, sessionSite({ lazy: true }))
  const file = await audit(site.url)
  const { noneBeforeLogin, trials } = value(file, 'fixation')
  assert.deepEqual([noneBeforeLogin, trials.map(({ variant }) => variant)], [true, ['chosen']])
  assert.equal(value(file, 'strictIds').trials[0]?.refused, true)
})

test('a site that logs nobody in with a cookie it does not know: the other trial stands', async (t) => {
  const routes = sessionSite() as Record<string, (visit: Visit) => Reply>
  const issued = new Set<string>()
  const site = await serve(t, (visit) => {
    const sent = visit.cookies.get('sid')
    if (sent && !issued.has(sent)) return { status: 400, html: 'Who are you?' }
    const reply = routes[visit.at]?.(visit) ?? { status: 404, html: 'No such page' }
    for (const cookie of reply.cookies ?? []) issued.add(cookie.slice(4).split(';')[0] ?? '')
    return reply
  })
  const { trials } = value(await audit(site.url), 'fixation')
  assert.deepEqual(
    trials.map(({ variant, replay }) => [variant, replay.state]),
    [['issued', 'anonymous']],
  )
})
