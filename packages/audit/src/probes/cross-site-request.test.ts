import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type ActionChoices, actionSite, anyone, nicknameAction } from '../../test/action-site.ts'
import { audit } from '../../test/audit-site.ts'
import { serve, type Visit } from '../../test/serve.ts'
import { USER } from '../../test/session-site.ts'
import { crossSiteRequest } from '../checks/cross-site-request.ts'
import type { CrossSiteRequestEvidence, EvidenceFile, Gathered } from '../evidence.ts'
import { judge } from '../judge.ts'
import type { AuditOptions } from '../options.ts'

/** Audits such a site, and makes sure that its value is what it was. */
async function tried(t: TestContext, choices: ActionChoices, more: Partial<AuditOptions> = {}) {
  const site = actionSite(choices)
  const { url } = await serve(t, site.routes)
  const file = await audit(url, { action: nicknameAction, ...more })
  assert.equal(site.value(), 'Ada', 'the value is what it was')
  const verdict = judge(file, { finishedAt: '', checks: [crossSiteRequest] }).checks[0]
  assert.ok(verdict)
  return { site, file, verdict, evidence: file.evidence.crossSiteRequest }
}

function value(evidence: Gathered<CrossSiteRequestEvidence>): CrossSiteRequestEvidence {
  assert.equal(evidence.status, 'gathered', evidence.status === 'gathered' ? '' : evidence.reason)
  return (evidence as { value: CrossSiteRequestEvidence }).value
}

const changed = (evidence: Gathered<CrossSiteRequestEvidence>) =>
  value(evidence).trials.filter(({ readBack }) => readBack === 'changed')
const foreign = (visits: readonly Visit[]) =>
  visits.filter(({ headers }) => headers['sec-fetch-site'] === 'cross-site')

test('a token keeps other sites out, although the cookie goes along', async (t) => {
  const { site, verdict, evidence } = await tried(t, {})
  assert.equal(verdict.verdict, 'pass', verdict.reason)
  assert.ok(value(evidence).trials.every(({ attached }) => attached.includes('sid')))
  assert.ok(foreign(site.asked).length >= 3)
  assert.ok(foreign(site.asked).every(({ form, query }) => !form.has('csrf') && !query.has('csrf')))
})

test('without a defence a form changes it, and no link does', async (t) => {
  const { verdict, evidence } = await tried(t, { allows: anyone })
  assert.equal(verdict.verdict, 'fail')
  assert.deepEqual(
    changed(evidence).map(({ how, browsers }) => [how, browsers]),
    [['a form', 'all']],
  )
})

test('SameSite decides what goes along: Strict nothing, Lax with links alone', async (t) => {
  for (const [attributes, forms, links] of [
    ['Path=/; SameSite=Strict', [], []],
    ['Path=/; SameSite=Lax', [], ['sid']],
  ] as const) {
    const { verdict, evidence, site } = await tried(t, { allows: anyone, attributes })
    assert.equal(verdict.verdict, 'pass', verdict.reason)
    for (const { method, attached } of value(evidence).trials) {
      assert.deepEqual(attached, method === 'POST' ? forms : links, attributes)
    }
    const withCookie = foreign(site.asked).filter(({ cookies }) => cookies.has('sid'))
    assert.equal(withCookie.length, links.length)
  }
})

test('Lax does not help where a GET changes it', async (t) => {
  const reads = ({ form, query }: Visit) => form.get('nickname') ?? query.get('nickname')
  const { verdict, evidence } = await tried(t, { allows: anyone, reads, attributes: 'Path=/; SameSite=Lax' })
  assert.equal(verdict.verdict, 'fail')
  assert.deepEqual(
    changed(evidence).map(({ how }) => how),
    ['a link with the fields in its address'],
  )
})

test('a cookie without SameSite: not every browser sends it, and for two minutes all do', async (t) => {
  const { verdict, evidence } = await tried(t, { allows: anyone, attributes: 'Path=/' })
  assert.equal(verdict.verdict, 'fail')
  const trials = value(evidence).trials.filter(({ how }) => how === 'a form')
  assert.deepEqual(
    trials.map(({ browsers, readBack, attached }) => [browsers, readBack, attached]),
    [
      ['others', 'changed', ['sid']],
      ['lax-by-default', 'unchanged', []],
    ],
  )
})

test('no token, but Fetch Metadata or Origin is looked at', async (t) => {
  const defences: readonly ((visit: Visit) => boolean)[] = [
    ({ headers }) => headers['sec-fetch-site'] === 'same-origin',
    ({ headers }) => headers.origin === `http://${headers.host}`,
  ]
  for (const allows of defences) {
    const { verdict } = await tried(t, { allows })
    assert.equal(verdict.verdict, 'pass', verdict.reason)
  }
})

test('an Origin check that lets `null` through is found by a page that hides where it is', async (t) => {
  const allows = ({ headers }: Visit) =>
    headers.origin === 'null' || headers.origin === `http://${headers.host}`
  const { evidence } = await tried(t, { allows })
  assert.deepEqual(
    changed(evidence).map(({ how }) => how),
    ['a form with Origin null and no Referer'],
  )
})

test('a Referer check that lets none through is found as well', async (t) => {
  const allows = ({ headers }: Visit) =>
    headers.referer === undefined || new URL(headers.referer).host === headers.host
  const { evidence } = await tried(t, { allows })
  assert.deepEqual(
    changed(evidence).map(({ how }) => how),
    ['a form with Origin null and no Referer'],
  )
})

test('JSON endpoints: text/plain carries JSON, and an exact content type keeps it out', async (t) => {
  const json = ({ body }: Visit): string | null => {
    try {
      return JSON.parse(body).nickname ?? null
    } catch {
      return null
    }
  }
  const action = {
    ...nicknameAction,
    format: 'json',
    readUrl: '/api/mine',
    find: 'json:profile.nickname',
  } as const
  const lenient = await tried(t, { allows: anyone, reads: json }, { action })
  assert.deepEqual(
    changed(lenient.evidence).map(({ how }) => how),
    ['a form whose text/plain is JSON'],
  )
  const [sent] = foreign(lenient.site.asked)
  assert.equal(sent?.headers['content-type'], 'text/plain')
  assert.equal(sent?.body, '{"nickname":"Grace","_":"="}\r\n')

  const allows = ({ headers }: Visit) => headers['content-type'] === 'application/json'
  const strict = await tried(t, { allows, reads: json }, { action })
  assert.equal(strict.verdict.verdict, 'pass', strict.verdict.reason)
})

test('a field that every session has goes along, one that might be a token does not', async (t) => {
  const hidden = () => '<input type=hidden name=do value=save><input type=hidden name=form_token value=x1>'
  const allows = ({ form }: Visit) => form.get('do') === 'save'
  const { verdict, site } = await tried(t, { allows, hidden })
  assert.equal(verdict.verdict, 'fail')
  assert.ok(foreign(site.asked).every(({ form }) => !form.has('form_token')))
})

test('a value that needs no session is another fault: inconclusive', async (t) => {
  let left = 'Ada'
  const open = actionSite()
  const routes = (visit: Visit) => {
    const name = visit.at === 'POST /nickname' ? visit.form.get('nickname') : null
    if (name === null) return open.routes(visit)
    left = name
    open.set(name)
    return { redirect: '/mine', status: 303 }
  }
  const { url } = await serve(t, routes)
  const file = await audit(url, { action: nicknameAction })
  const [verdict] = judge(file, { finishedAt: '', checks: [crossSiteRequest] }).checks
  assert.equal(verdict?.verdict, 'inconclusive')
  assert.match(verdict?.reason ?? '', /the same without cookies/)
  assert.equal(left, 'Ada')
})

test('a change that the site’s own page cannot make says nothing', async (t) => {
  const { verdict, evidence, site } = await tried(t, { allows: () => false })
  assert.equal(verdict.verdict, 'inconclusive')
  assert.match(verdict.reason, /the change made by the site’s own page/)
  assert.deepEqual(value(evidence).trials, [])
  assert.deepEqual(foreign(site.asked), [])
})

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
  let needed = 0
  await audit(url, {
    action: nicknameAction,
    onProgress: ({ step, state, requests }) => {
      if (step === 'crossSiteRequest' && state === 'started') needed = requests
    },
  })
  for (const more of [30, 52, 56, 60, 64, 68]) {
    const { verdict, site } = await tried(t, { allows: anyone }, { maxRequests: needed + more })
    assert.equal(verdict.verdict, 'inconclusive', `with ${more}`)
    assert.match(verdict.reason, /budget|may take/)
    if (more === 30) assert.deepEqual(site.asked, [], 'nothing is changed that could not be put back')
  }
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

function reasonOf({ evidence: { crossSiteRequest: found } }: EvidenceFile): string {
  return found.status === 'gathered' ? '' : found.reason
}
