import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { createSessions, memoryStore } from 'latchkey'
import { follow, receive } from '../examples/logout/signals.ts'

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')

test('the code of docs/logout.md is that of examples/logout, which compiles and starts', async () => {
  const blocks = [...read('../docs/logout.md').matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code)
  assert.deepEqual(blocks, [read('../examples/logout/shop.ts'), read('../examples/logout/signals.ts')])
  const sessions = createSessions({ store: memoryStore(), sweepInterval: false })
  const secret = () => randomBytes(32).toString('base64url')
  const answers = Object.values(receive(sessions, secret(), secret())).map((route) =>
    route(new Request('https://shop.example.com/', { method: 'POST' })),
  )
  assert.deepEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    [401, 401],
  )
  await follow(sessions, secret()).close()
})
