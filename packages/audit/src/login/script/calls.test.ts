import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptCalls } from './calls.ts'

const base = new URL('https://site.example/app/')
const calls = (text: string) => scriptCalls(text, base).map(({ url, method }) => `${method} ${url.pathname}`)

test('a request is read with its method, however the script sends it', () => {
  const all: readonly (readonly [string, string])[] = [
    [`fetch('/session', { method: 'DELETE' })`, 'DELETE /session'],
    [`fetch(\`\${api}/session\`,{credentials:"include",method:"DELETE"})`, 'DELETE /session'],
    [`axios.delete("/api/session")`, 'DELETE /api/session'],
    [`e.post("auth/logout",{})`, 'POST /app/auth/logout'],
    [`$.ajax({ url: '/out', type: 'POST' })`, 'POST /out'],
    [`$.ajax({ type: "post", url: "/out" })`, 'POST /out'],
    [`x.open('DELETE', '/session', true)`, 'DELETE /session'],
    [`fetch('/logout').then(go)`, 'GET /logout'],
    [`const out = '/logout'`, 'null /logout'],
  ]
  for (const [text, call] of all) assert.deepEqual(calls(text), [call], text)
})

test('the method of the next request is its own', () => {
  const text = `fetch('/me'); fetch('/session', { method: 'DELETE' })`
  assert.deepEqual(calls(text), ['GET /me', 'DELETE /session'])
})

test('an address that goes on with an id, and a file, are none', () => {
  for (const text of [
    `fetch('/sessions/' + id, { method: 'DELETE' })`,
    `fetch(\`/sessions/\${id}\`, { method: "DELETE" })`,
    `import('/app.js')`,
  ])
    assert.deepEqual(calls(text), [], text)
})
