import assert from 'node:assert/strict'
import { test } from 'node:test'
import { behind, inspect, right } from '../../../test/behind.ts'
import { serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { readPage } from '../../network/pages/html.ts'
import { fillForm } from './fill-form.ts'
import { chosenUser, giveFields } from './given-fields.ts'

const here = new URL('https://site.example/login')

function formOf(html: string) {
  const [form] = readPage(`<form method=post>${html}</form>`, here).forms
  assert.ok(form)
  return form
}

const sent = (html: string, values: Record<string, string>) => {
  const form = formOf(html)
  const { typed, left } = giveFields(form, values)
  const { body } = fillForm(form, here, typed, null, false, Object.entries(left))
  const names = (body?.fields ?? []).map(([name]) => name)
  assert.equal(new Set(names).size, names.length, 'each once')
  return Object.fromEntries(body?.fields ?? [])
}

test('a field is filled by its name, a list by what it sends or by what it shows', () => {
  const list = '<select name=t><option value="">Choose</option><option value=7>South  wing</option></select>'
  assert.deepEqual(sent(`${list}<input name=x value=1>`, { t: '7' }), { t: '7', x: '1' })
  assert.deepEqual(sent(list, { t: 'south wing' }), { t: '7' })
  assert.deepEqual(sent('<input type=hidden name=t value=a>', { t: 'b' }), { t: 'b' })
  assert.deepEqual(sent('<input name=x value=1>', { added: 'by a script' }), { x: '1', added: 'by a script' })
})

test('of radio buttons one is pressed, and a box is ticked', () => {
  const radios =
    '<label><input type=radio name=r value=1 checked> North</label><label><input type=radio name=r value=2> South</label>'
  assert.deepEqual(sent(radios, { r: '2' }), { r: '2' })
  assert.deepEqual(sent(radios, { r: 'South' }), { r: '2' })
  assert.deepEqual(sent('<input type=checkbox name=terms value=yes>', { terms: 'yes' }), { terms: 'yes' })
})

test('a list of users has the user once, or it is not the one', () => {
  const user = (options: string, name: string) => {
    const [field] = formOf(`<select name=u>${options}</select>`).fields
    return field && chosenUser(field, name)
  }
  const list = '<option value=1>Bruno</option><option value=2>Alice (alice@example.com)</option>'
  assert.equal(user(list, 'alice@example.com'), '2')
  assert.equal(user('<option>bruno</option><option>alice</option>', 'alice@example.com'), 'alice')
  assert.equal(user('<option>alice a</option><option>alice b</option>', 'alice'), null)
  assert.equal(user('<option>malice</option>', 'alice'), null)
  assert.equal(user('<option value="">Choose</option>', ''), null)
})

const tenantForm = `<form method=post action=/in><select name=tenant required><option value="">Choose</option>
  <option>north</option><option>south</option></select><input type=email name=email><input type=password name=pw></form>`
const isSouth = (visit: Visit) => visit.form.get('tenant') === 'south' && right('email', 'pw')(visit)

test('a tenant that was named is chosen; without it the error says which list was left empty', async (t) => {
  const site = await serve(t, behind({ 'GET /': () => ({ html: tenantForm }) }, isSouth))
  const { carrier, signIn } = await inspect(site.url, { fields: { tenant: 'south' } })
  assert.deepEqual([carrier.sets, signIn.usernameField], [[['tide']], 'email'])
  await assert.rejects(inspect(site.url), {
    code: 'sign_in_failed',
    message:
      /says "No"\): its field "tenant" \(north, south\) was left empty: fill it with --field tenant=VALUE$/,
  })
})

test('of a login in two steps each has its fields', async (t) => {
  const pages = {
    'GET /login': () => ({
      html: '<h1>Sign in</h1><form method=post action=/name><input type=hidden name=realm value=a><input name=user><button>Next</button></form>',
    }),
    'POST /name': ({ form }: Visit) => ({
      html: `${form.get('realm') === 'b' ? '' : 'Wrong realm'}<form method=post action=/in><input type=hidden name=user value="${USER.username}"><input type=password name=pw></form>`,
    }),
  }
  const isRight = (visit: Visit) =>
    visit.form.get('site') === '9' && !visit.form.has('realm') && right('user', 'pw')(visit)
  const site = await serve(t, behind(pages, isRight))
  const { carrier } = await inspect(`${site.url}/login`, { fields: { realm: 'b', site: '9' } })
  assert.deepEqual(carrier.sets, [['tide']])
})

test('a user who is chosen from a list', async (t) => {
  const html =
    '<form method=post action=/in><select name=who><option>bruno</option><option>alice</option></select><input type=password name=pw></form>'
  const isAlice = ({ form }: Visit) => form.get('who') === 'alice' && form.get('pw') === USER.password
  const site = await serve(t, behind({ 'GET /': () => ({ html }) }, isAlice))
  assert.equal((await inspect(site.url)).signIn.usernameField, 'who')
})
