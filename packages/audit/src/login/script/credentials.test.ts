import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from '../../../test/behind.ts'
import { type Reply, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'

/** An endpoint at `/call`, and a page of a user's own. */
function endpoint(login: (visit: Visit) => boolean, refusal: Reply) {
  const ids = new Set<string>()
  return (visit: Visit): Reply => {
    if (visit.at === 'GET /') return { html: '<div id=app></div>' }
    if (visit.at === 'GET /me') {
      return ids.has(visit.cookies.get('tide') ?? '')
        ? { json: { name: 'Alice' } }
        : { status: 401, json: {} }
    }
    if (visit.at !== 'POST /call') return { status: 404, html: 'No' }
    if (!login(visit)) return refusal
    const id = randomBytes(16).toString('hex')
    ids.add(id)
    return { json: { result: true, error: null }, cookies: [`tide=${id}; Path=/; HttpOnly`] }
  }
}

const by = (loginFormat: 'urlencoded' | 'json' | 'jsonrpc', more = {}) => ({
  ...{ loginFormat, loginUrl: '/call', protectedUrl: '/me', ...more },
})

test('a body as the user wrote it, and members that are always the same', async (t) => {
  const rpc = await serve(
    t,
    endpoint(
      ({ body, headers }) => {
        const { method, params, id } = JSON.parse(body)
        return (
          /^application\/json/.test(headers['content-type'] ?? '') &&
          method === 'auth' &&
          params[0] === USER.password &&
          id === 1
        )
      },
      { json: { result: null, error: { message: 'Not authenticated' } } },
    ),
  )
  const loginBody = '{"method":"auth","params":["{{password}}"],"id":1}'
  assert.deepEqual((await inspect(rpc.url, by('jsonrpc', { loginBody }))).carrier.sets, [['tide']])
  await assert.rejects(inspect(rpc.url, by('jsonrpc', { loginBody, password: 'wrong' })), {
    code: 'sign_in_failed',
    message: '/call answered 200 to the credentials and says "Not authenticated"',
  })

  const fields = { tenant: 'south' }
  const json = await serve(
    t,
    endpoint(({ body }) => JSON.parse(body).tenant === 'south', { status: 400, json: {} }),
  )
  assert.deepEqual((await inspect(json.url, by('json', { fields }))).carrier.sets, [['tide']])
})

test('as a script sends a form', async (t) => {
  const isRight = ({ form, headers }: Visit) =>
    headers['sec-fetch-mode'] === 'cors' &&
    form.get('email') === USER.username &&
    form.get('password') === USER.password &&
    form.get('grant') === 'a b'
  const site = await serve(t, endpoint(isRight, { status: 400, json: { error: 'no' } }))
  const { signIn } = await inspect(site.url, by('urlencoded', { fields: { grant: 'a b' } }))
  assert.deepEqual([signIn.method, signIn.usernameField], ['urlencoded', 'email'])
})
