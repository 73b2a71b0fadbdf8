import assert from 'node:assert/strict'
import type { AdapterOptions } from '../../adapters/core/answers.ts'
import { type AdapterUnderTest, type Application, withApplication } from '../adapter-application.ts'
import type { Law } from './law.ts'

interface ErrorLaw {
  readonly options: AdapterOptions
  body(app: Application): Promise<void>
}

const json = { accept: 'application/json, text/plain, */*' }
const page = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

const laws: Readonly<Record<string, ErrorLaw>> = {
  'errors: what is the server’s fault is told to warn, once, with its cause': {
    options: {},
    async body(app) {
      const { cookie } = await app.request('/set/tea')
      app.store.fail(true)
      for (let n = 0; n < 3; n++) assert.equal((await app.request('/', cookie)).status, 503)
      assert.equal((await app.request('/set/tea', null)).status, 503)
      app.store.fail(false)
      assert.equal(app.warnings.length, 1, app.warnings.join())
      assert.match(app.warnings[0] ?? '', /store_unavailable: .* Cause: ./)
      for (const path of ['/no-json', '/no-policy/nowhere'])
        for (let n = 0; n < 2; n++) assert.equal((await app.request(path)).status, 500)
      const [, ofValue = '', ofPolicy = '', ...more] = app.warnings
      assert.deepEqual(more, [])
      assert.match(ofValue, /value_not_json: .*value/)
      assert.match(ofPolicy, /policy_unknown: .*nowhere/)
    },
  },

  'errors: what is the request’s fault is told to nobody': {
    options: {},
    async body(app) {
      const { cookie } = await app.request('/set/tea')
      for (const path of ['/confirmed-only', '/admins-only', '/too-large']) await app.request(path, cookie)
      await app.request('/', cookie, { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' })
      assert.deepEqual(app.warnings, [])
    },
  },

  'errors: the body is JSON where Accept prefers it, and text otherwise': {
    options: {},
    async body(app) {
      const { cookie } = await app.request('/set/tea')
      const crossSite = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
      const asked = (headers: Record<string, string>, more = {}) =>
        app.request('/confirmed-only', cookie, { ...headers, ...more })
      for (const more of [{}, crossSite]) {
        const answer = await asked(json, more)
        const text = (await asked(page, more)).body.trim()
        assert.equal(answer.headers.get('content-type'), 'application/json')
        const code = more === crossSite ? 'cross_origin_request' : 'reauthentication_required'
        assert.deepEqual(JSON.parse(answer.body), { code, message: text })
        for (const headers of [
          page,
          {},
          { accept: '*/*' },
          { accept: 'text/html, application/json;q=0.9' },
        ]) {
          const { body, headers: received } = await asked(headers, more)
          assert.match(received.get('content-type') ?? '', /^text\/plain/)
          assert.equal(body.trim(), text)
        }
      }
    },
  },

  'errors: texts can be replaced, one by one': {
    options: {
      errorText: ({ code }, exchange) =>
        code === 'privilege_required' && exchange.header('accept-language') === 'de'
          ? 'Das dürfen Sie nicht.'
          : undefined,
    },
    async body(app) {
      const { cookie } = await app.request('/set/tea')
      const german = { 'accept-language': 'de' }
      assert.equal((await app.request('/admins-only', cookie, german)).body, 'Das dürfen Sie nicht.\n')
      const { body } = await app.request('/admins-only', cookie, { ...german, ...json })
      assert.equal(JSON.parse(body).message, 'Das dürfen Sie nicht.')
      for (const [path, headers] of [
        ['/admins-only', {}],
        ['/confirmed-only', german],
      ] as const)
        assert.doesNotMatch((await app.request(path, cookie, headers)).body, /Das/)
    },
  },
}

/** What users and developers see of session errors. */
export function errorLaws(adapter: AdapterUnderTest): Law[] {
  return Object.entries(laws).map(([name, { options, body }]) => ({
    name,
    run: () => withApplication(adapter, options, body),
  }))
}
