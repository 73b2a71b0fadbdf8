import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { type Reply, serve } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'

const KEY = 'key-0123456789abcdef'

/** A site that answers one address, by POST, whatever is done; `fault`: what it does wrong. */
function rpc(t: TestContext, fault: 'logout' | 'id-in-url' | null) {
  const live = new Set<string>()
  return serve(t, ({ at, body, cookies, form, headers, query }): Reply => {
    if (at === 'GET /')
      return { html: '<form method=post action=/in><input name=u><input type=password name=p>' }
    if (at === 'POST /in') {
      if (headers['sec-fetch-site'] === 'cross-site') return { status: 403 }
      if (form.get('p') !== USER.password) return { status: 401 }
      const id = randomBytes(16).toString('hex')
      live.add(id)
      return { redirect: '/', cookies: [`tide=${id}; Path=/; HttpOnly; SameSite=Lax`] }
    }
    if (at !== 'POST /rpc') return { status: 404, html: 'No' }
    const { method, params } = JSON.parse(body || '{}') as { method?: string; params?: string[] }
    if (params?.[0] !== KEY) return { json: { result: null, error: 'key' } }
    const id = cookies.get('tide') ?? (fault === 'id-in-url' ? query.get('tide') : null) ?? ''
    if (!live.has(id)) return { json: { result: null, error: { code: 1 } } }
    if (method === 'logout') {
      if (fault !== 'logout') live.delete(id)
      return { json: { result: true }, cookies: ['tide=; Path=/; Max-Age=0'] }
    }
    return { json: { result: ['a'], error: null } }
  })
}

test('a site of nothing but POSTs is judged by the requests that the user names, and keeps their secrets', async (t) => {
  for (const fault of [null, 'logout', 'id-in-url'] as const) {
    const { url } = await rpc(t, fault)
    const file = await gather(
      {
        url,
        ...USER,
        protectedRequest: `POST /rpc {"method": "hosts", "params": ["${KEY}"]}`,
        logoutRequest: `POST /rpc {"method": "logout", "params": ["${KEY}"]}`,
      },
      { wait: async () => {} },
    )
    const { checks } = judge(file, { finishedAt: '' })
    const failed = checks.filter(({ verdict }) => verdict === 'fail').map(({ id }) => id)
    assert.deepEqual(failed, fault === null ? [] : [fault])
    const verdict = (id: string) => checks.find((check) => check.id === id)?.verdict
    if (fault === null) assert.deepEqual(['logout', 'id-in-url'].map(verdict), ['pass', 'pass'])
    assert.equal(verdict('caching'), 'inconclusive')
    assert.ok(!JSON.stringify(file).includes(KEY))
  }
})
