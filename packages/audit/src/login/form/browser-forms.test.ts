import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behind, inspect, right } from '../../../test/behind.ts'
import { type Reply, serve, type Visit } from '../../../test/serve.ts'

// Logins that a browser finds and sends without being told how.

const form = '<form method=post action=/in><input name=u><input type=password name=p></form>'

test('a refresh of a page that answers 403, and one by header', async (t) => {
  for (const leading of [
    { status: 403, html: '<meta http-equiv=refresh content="1; url=/ci/enter">' },
    { html: 'Wait', headers: { refresh: '0; url=/ci/enter' } },
  ] satisfies Reply[]) {
    const site = await serve(
      t,
      behind({ 'GET /': () => leading, 'GET /ci/enter': () => ({ html: form }) }, right('u', 'p')),
    )
    assert.deepEqual((await inspect(site.url)).carrier.sets, [['tide']])
  }
})

test('an application in a folder, which no link leads through', async (t) => {
  const pages = { 'GET /ci/': () => ({ html: 'Welcome' }), 'GET /ci/login': () => ({ html: form }) }
  const site = await serve(t, behind(pages, right('u', 'p')))
  assert.deepEqual((await inspect(`${site.url}/ci/`)).carrier.sets, [['tide']])
})

test('a login in a frame', async (t) => {
  const pages = {
    'GET /': () => ({ html: '<iframe src=/box></iframe>' }),
    'GET /box': () => ({ html: form }),
  }
  const site = await serve(t, behind(pages, right('u', 'p')))
  assert.deepEqual((await inspect(site.url)).carrier.sets, [['tide']])
})

test('a first step by GET', async (t) => {
  const name = '<form action=/next><input name=user><button>Sign in</button></form>'
  const pages = {
    'GET /login': () => ({ html: name }),
    'GET /next': ({ query }: Visit) => ({
      html: `<form method=post action=/in><input type=hidden name=u value="${query.get('user')}"><input type=password name=p></form>`,
    }),
  }
  const site = await serve(t, behind(pages, right('u', 'p')))
  assert.deepEqual((await inspect(`${site.url}/login`)).carrier.sets, [['tide']])
})

test('a provider’s button stands before the own one', async (t) => {
  const html = form.replace(
    '</form>',
    '<button name=by value=example>Sign in with Example</button><button name=by value=us>Sign in</button></form>',
  )
  const ownButton = (visit: Visit) => right('u', 'p')(visit) && visit.form.get('by') === 'us'
  const site = await serve(t, behind({ 'GET /': () => ({ html }) }, ownButton))
  assert.deepEqual((await inspect(site.url)).carrier.sets, [['tide']])
})

test('a trap for robots is left empty', async (t) => {
  const html =
    '<form method=post action=/in><div style="display:none"><input name=email><input type=password name=trap></div><input name=u><input type=password name=p></form>'
  const untouched = (visit: Visit) => right('u', 'p')(visit) && visit.form.get('trap') === ''
  const site = await serve(t, behind({ 'GET /': () => ({ html }) }, untouched))
  assert.deepEqual((await inspect(site.url)).carrier.sets, [['tide']])
})

test('a refresh is asked for as a browser does: from its page, and by nobody', async (t) => {
  const asked: Visit['headers'][] = []
  const pages = {
    'GET /': () => ({ html: '<meta http-equiv=refresh content="0; url=/enter">' }),
    'GET /enter': ({ headers }: Visit) => {
      asked.push(headers)
      return { html: form }
    },
  }
  const site = await serve(t, behind(pages, right('u', 'p')))
  await inspect(site.url)
  const [first] = asked
  assert.deepEqual(
    [first?.referer, first?.['sec-fetch-site'], first?.['sec-fetch-user']],
    [`${site.url}/`, 'same-origin', undefined],
  )
})

test('a page in a coding that cannot be undone is named', async (t) => {
  const site = await serve(t, () => ({ html: form, headers: { 'content-encoding': 'gzip' } }))
  await assert.rejects(inspect(site.url), { code: 'login_not_found', message: /Content-Encoding “gzip”/ })
})
