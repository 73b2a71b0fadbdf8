import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ActionChoices, actionSite, anyone, nicknameAction } from '../../../test/action-site.ts'
import { audit } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { foreign, reasonOf, tried, value } from '../../../test/try-action.ts'

test('what would not undo the change is seen before anything is changed', async (t) => {
  const action = { ...nicknameAction, undo: { nickname: 'Bob' } }
  const { verdict, site } = await tried(t, { allows: anyone }, { action })
  assert.equal(verdict.verdict, 'inconclusive')
  assert.match(verdict.reason, /--action-undo nickname/)
  assert.deepEqual(site.asked, [])
})

test('a value that is not where it was said to be, or changes by itself, is not touched', async (t) => {
  const lost = await tried(t, {}, { action: { ...nicknameAction, find: 'field:alias' } })
  assert.match(lost.verdict.reason, /nothing was found at \/mine by field:alias/)
  let count = 0
  const find = 'match:Nickname: .*seen (\\d+)'
  const moving = actionSite()
  const { url } = await serve(t, (visit) => {
    const reply = moving.routes(visit)
    return { ...reply, ...(reply.html ? { html: reply.html.replace('.</p>', `, seen ${count++}</p>`) } : {}) }
  })
  const file = await audit(url, { action: { ...nicknameAction, find } })
  assert.match(reasonOf(file), /changes by itself/)
  assert.deepEqual([...lost.site.asked, ...moving.asked], [])
})

test('the value is put back by a new session where the site ended the one that was used', async (t) => {
  const { verdict, site } = await tried(t, { allows: anyone, single: true })
  assert.equal(verdict.verdict, 'fail')
  assert.ok(site.asked.length > 4)
})

test('a site that ends the session when it refuses is asked by a live one each time', async (t) => {
  const anybodySees = { readUrl: '/people/ada', find: 'match:Nickname: (\\w+)', formUrl: '/mine' }
  for (const action of [nicknameAction, { ...nicknameAction, ...anybodySees }]) {
    const sessions: boolean[] = []
    const allows: ActionChoices['allows'] = (visit, session) => {
      if (foreign([visit]).length > 0) sessions.push(session !== undefined)
      return visit.form.get('csrf') === session?.csrf
    }
    const { verdict } = await tried(t, { jumpy: true, allows }, { action })
    assert.equal(verdict.verdict, 'pass', verdict.reason)
    assert.deepEqual(sessions, [true, true, true])
  }
})

test('a spent budget ends the trials, not the way back', async (t) => {
  const full = actionSite({ allows: anyone })
  const { url } = await serve(t, full.routes)
  let [begun, ended] = [0, 0]
  await audit(url, {
    action: nicknameAction,
    onProgress: ({ step, state, requests }) => {
      if (step !== 'crossSiteRequest') return
      if (state === 'started') begun = requests
      else ended = requests
    },
  })
  for (const fewer of [1, 4, 8, 12, 16]) {
    const { verdict } = await tried(t, { allows: anyone }, { maxRequests: ended - fewer })
    assert.equal(verdict.verdict, 'inconclusive', `with ${fewer} fewer`)
    assert.match(verdict.reason, /budget/)
  }
  const { verdict, site } = await tried(t, { allows: anyone }, { maxRequests: begun + 30 })
  assert.equal(verdict.verdict, 'inconclusive')
  assert.deepEqual(site.asked, [], 'nothing is begun with little left')
})

test('an audit that is stopped puts the value back first', async (t) => {
  const stop = new AbortController()
  const site = actionSite({ allows: anyone })
  const { url } = await serve(t, (visit) => {
    const reply = site.routes(visit)
    if (foreign(site.asked).length === 1) stop.abort()
    return reply
  })
  const stopped = audit(url, { action: nicknameAction, signal: stop.signal })
  await assert.rejects(stopped, { code: 'aborted', message: 'the audit was stopped' })
  assert.equal(foreign(site.asked).length, 1)
  assert.equal(site.value(), 'Ada')
})

test('an audit that is stopped and cannot put the value back says so', async (t) => {
  const stop = new AbortController()
  const site = actionSite({
    allows: anyone,
    before: ({ at }) =>
      stop.signal.aborted && at === 'POST /nickname' ? { status: 500, html: 'Broken' } : null,
  })
  const { url } = await serve(t, (visit) => {
    const reply = site.routes(visit)
    if (foreign(site.asked).length === 1) stop.abort()
    return reply
  })
  const stopped = audit(url, { action: nicknameAction, signal: stop.signal })
  await assert.rejects(stopped, {
    code: 'aborted',
    message: /stopped; and the change could not be taken back: send nickname of --action-undo to \/nickname/,
  })
})

test('a value that could not be put back is told, whatever else was seen', async (t) => {
  const stuck = actionSite({
    allows: anyone,
    before: (visit) =>
      visit.at === 'POST /nickname' && foreign(stuck.asked).length > 0
        ? { status: 500, html: 'Broken' }
        : null,
  })
  const { url } = await serve(t, stuck.routes)
  const file = await audit(url, { action: nicknameAction })
  assert.equal(stuck.value(), 'Grace')
  const found = value(file.evidence.crossSiteRequest)
  assert.equal(found.controls.at(-1)?.name, 'the value at the end')
  assert.equal(found.controls.at(-1)?.held, false)
})

test('neither the value nor a token is in the evidence', async (t) => {
  const secretive = actionSite({ allows: anyone })
  secretive.set('Ada-private-4711')
  const { url } = await serve(t, secretive.routes)
  const action = { ...nicknameAction, undo: { nickname: 'Ada-private-4711' } }
  const text = JSON.stringify(await audit(url, { action }))
  assert.match(text, /"status":"gathered","value":{"action"/)
  assert.ok(!text.includes('Ada-private-4711'))
  assert.ok(!text.includes(USER.password))
})
