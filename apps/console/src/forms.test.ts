import assert from 'node:assert/strict'
import test from 'node:test'
import { Hono } from 'hono'
import { z } from 'zod'
import type { ConsoleEnv } from './context.ts'
import { readForm } from './forms.ts'

const schema = z.object({ name: z.string('Choose a name.'), remember: z.string().optional() })
const app = new Hono<ConsoleEnv>().post('/', async (c) => c.json(await readForm(c, schema)))

async function read(body: string, type = 'application/x-www-form-urlencoded'): Promise<unknown> {
  return (await app.request('/', { method: 'POST', body, headers: { 'content-type': type } })).json()
}

test('fields that came once are read', async () => {
  const typed = { name: 'ada', remember: 'yes' }
  assert.deepEqual(await read('name=ada&remember=yes'), { values: typed, problems: null, typed })
})

test('a field that came twice counts as not given, whatever its values', async () => {
  for (const name of ['name=ada&name=eve', 'name=ada&name=ada', 'name=&name=ada', 'name=a&name=b&name=c']) {
    assert.deepEqual(await read(`${name}&remember=yes`), {
      values: null,
      problems: { name: 'Choose a name.' },
      typed: { remember: 'yes' },
    })
  }
})

test('what is no form has no fields', async () => {
  assert.deepEqual(await read('name=ada', 'text/plain'), {
    values: null,
    problems: { name: 'Choose a name.' },
    typed: {},
  })
})
