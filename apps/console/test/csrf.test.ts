import assert from 'node:assert/strict'
import test, { after } from 'node:test'
import { createClient, password, signedIn, signInAgain } from './support/client.ts'
import { startConsole } from './support/start.ts'

const started = await startConsole({ admins: new Set(['ada']) })
const { url } = started
after(() => started.close())

const tokenIn = (body: string) => /name="csrf" value="([^"]*)"/.exec(body)?.[1] ?? ''

test('every form that is posted by who is signed in has a token, another one in each page', async () => {
  const ada = await signedInAs('grace')
  const pages = ['/', '/audits/new', '/devices', '/account', '/account/delete', '/confirm', '/activity']
  const seen = new Set<string>()
  for (const path of pages) {
    const { body } = await ada.get(path)
    const forms = [...body.matchAll(/<form[^>]*method="post"[^>]*>([\s\S]*?)<\/form>/g)]
    assert.ok(forms.length > 0, path)
    for (const [form] of forms) assert.match(form, /name="csrf" value="[\w-]{80,}"/, path)
    seen.add(tokenIn(body))
  }
  assert.equal(seen.size, pages.length)
})

const signedInAs = (name: string) => signedIn(url, name)

test('without the token, or with that of another session, nothing is done', async () => {
  const linus = await signedInAs('linus')
  const eve = await signedInAs('eve')
  const foreign = tokenIn((await eve.get('/')).body)
  for (const csrf of ['', 'invented', foreign]) {
    for (const path of [
      '/sign-out',
      '/devices/end-others',
      '/account/password',
      '/account/delete',
      '/audits',
    ]) {
      const { status, body } = await linus.post(path, { csrf, sure: 'yes' })
      assert.equal(status, 403, path)
      assert.match(body, /Out of date/)
    }
  }
  assert.equal((await linus.get('/devices')).status, 200)
})

test('a token is good for every page of a session, until the password is given again', async () => {
  const ken = await signedInAs('ken')
  const first = tokenIn((await ken.get('/devices')).body)
  await ken.get('/account')
  assert.equal((await ken.post('/devices/end-others', { csrf: first })).status, 303)
  assert.equal((await ken.post('/confirm', { csrf: first, password })).status, 303)
  assert.equal((await ken.post('/devices/end-others', { csrf: first })).status, 403)
  assert.equal((await ken.post('/devices/end-others')).status, 303)
})

test('a sign-in page that was open while somebody signed in elsewhere still works', async () => {
  const dennis = await signedInAs('dennis')
  const { status } = await dennis.post('/sign-in', { username: 'dennis', password, csrf: '' })
  assert.equal(status, 303)
})

test('a form of another site is refused as a page, with or without a session', async () => {
  const client = await signInAgain(url, 'grace')
  for (const each of [client, createClient(url)]) {
    const { status, body, headers } = await each.post('/audits', {}, { 'sec-fetch-site': 'cross-site' })
    assert.equal(status, 403)
    assert.match(headers.get('content-type') ?? '', /text\/html/)
    assert.match(body, /a page of another site/)
  }
})
