import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { demoPassword } from '../examples/shared/accounts.ts'
import { startServer } from './start-server.ts'

const examples = ['hono', 'express', 'node-http', 'fetch']

for (const name of examples) {
  describe(`examples/${name}.ts`, () => {
    test('signs in, keeps a value, rotates with the role, and signs out', async (t) => {
      const server = await startServer(`examples/${name}.ts`)
      t.after(() => server.stop())
      const visitor = new Visitor(server.url)
      assert.equal((await visitor.get('/account')).headers.get('location')?.endsWith('/login'), true)
      assert.equal((await visitor.post('/login', { username: 'alice', password: 'wrong' })).status, 401)
      assert.equal((await visitor.post('/login', { username: 'nobody', password: demoPassword })).status, 401)
      assert.equal(visitor.cookie, '')

      await visitor.post('/login', { username: 'alice', password: demoPassword })
      await visitor.post('/note', { note: '<tea>' })
      assert.match(await (await visitor.get('/account')).text(), /role user.*value="&#60;tea&#62;"/s)

      const before = visitor.cookie
      await visitor.post('/become-admin', {})
      assert.notEqual(visitor.cookie, before)
      assert.match(await (await visitor.get('/account')).text(), /role admin.*value="&#60;tea&#62;"/s)
      assert.equal((await new Visitor(server.url, before).get('/account')).status, 303)

      const signedIn = visitor.cookie
      await visitor.post('/logout', {})
      assert.equal(visitor.cookie, '')
      assert.equal((await new Visitor(server.url, signedIn).get('/account')).status, 303)
    })
  })
}

/** A browser of one cookie. */
class Visitor {
  readonly #url: string
  cookie: string

  constructor(url: string, cookie = '') {
    this.#url = url
    this.cookie = cookie
  }

  get(path: string): Promise<Response> {
    return this.#send(path, {})
  }

  post(path: string, fields: Record<string, string>): Promise<Response> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(fields) })
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    const headers = this.cookie === '' ? {} : { cookie: this.cookie }
    const response = await fetch(this.#url + path, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const pair = line.slice(0, line.indexOf(';'))
      this.cookie = pair.endsWith('=') ? '' : pair
    }
    return response
  }
}
