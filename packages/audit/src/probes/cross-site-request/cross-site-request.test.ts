import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionSite, anyone, nicknameAction } from '../../../test/action-site.ts'
import { audit } from '../../../test/audit-site.ts'
import { serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { changed, foreign, tried, value } from '../../../test/try-action.ts'
import { crossSiteRequest } from '../../checks/cross-site-request.ts'
import { judge } from '../../judging/judge.ts'

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

test('the other fields of the form keep their values, and no button that sounds dangerous is pressed', async (t) => {
  const more = `<input name=city value="Ada-town 4711"><select name=lang><option>en<option selected>de</select>
    <input type=checkbox name=news value=1 checked><input type=checkbox name=ads value=1>
    <input type=password name=new_password><button name=delete value=1>Delete</button>`
  const { verdict, site, file } = await tried(t, { allows: anyone, hidden: () => more })
  assert.equal(verdict.verdict, 'fail')
  for (const { form } of site.asked.filter(({ at }) => at.startsWith('POST'))) {
    const sent = ['city', 'lang', 'news', 'ads', 'delete', 'new_password'].map((name) => form.get(name))
    assert.deepEqual(sent, ['Ada-town 4711', 'de', '1', null, null, ''])
  }
  assert.ok(site.asked.some(({ at, query }) => at.startsWith('GET') && query.get('city') === 'Ada-town 4711'))
  assert.ok(!/Ada-town.{1,3}4711/.test(JSON.stringify(file)))
})

test('a form that wants the password keeps other sites out', async (t) => {
  const change = { ...nicknameAction.change, pw: USER.password }
  const action = { ...nicknameAction, change, undo: { ...nicknameAction.undo, pw: USER.password } }
  const { verdict, site } = await tried(
    t,
    { allows: ({ form }) => form.get('pw') === USER.password, hidden: () => '<input type=password name=pw>' },
    { action },
  )
  assert.equal(verdict.verdict, 'pass', verdict.reason)
  assert.ok(foreign(site.asked).every(({ form, query }) => !form.has('pw') && !query.has('pw')))
})

test('a box is unticked by leaving it out', async (t) => {
  const reads = ({ form }: Visit) => (form.has('loud') ? 'Grace' : 'Ada')
  const action = {
    ...nicknameAction,
    change: { loud: '1' },
    undo: { loud: null },
  }
  const { verdict } = await tried(t, { allows: anyone, reads }, { action })
  assert.equal(verdict.verdict, 'fail', verdict.reason)
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
