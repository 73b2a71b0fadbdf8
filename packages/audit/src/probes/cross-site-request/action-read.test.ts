import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../network/http.ts'
import { readFind } from '../../options/action.ts'
import { valueIn } from './action-read.ts'

const read = (body: string, find: string, status = 200): string | null => {
  const answer = { url: new URL('http://127.0.0.1/'), status, headers: { 'content-type': 'text/html' }, body }
  return valueIn(answer as unknown as Answer, readFind(find))
}

test('what a control holds', () => {
  const form = `<form><input name=a value="x y"><textarea name=b>long</textarea>
    <input type=checkbox name=c value=yes checked><input type=checkbox name=d value=yes>
    <input type=radio name=e value=1><input type=radio name=e value=2 checked>
    <select name=f><option>p<option selected value=q>Q</select></form>`
  const held = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => read(form, `field:${name}`))
  assert.deepEqual(held, ['x y', 'long', 'yes', '', '2', 'q', null])
})

test('a member of a JSON answer', () => {
  const body = '{"a":{"b":["x",{"c":true}]},"n":null}'
  const found = ['a.b.0', 'a.b.1.c', 'n', 'a.z', 'toString'].map((path) => read(body, `json:${path}`))
  assert.deepEqual(found, ['x', 'true', 'null', null, null])
  assert.equal(read('<p>no JSON</p>', 'json:a'), null)
})

test('the group of a pattern in the visible text', () => {
  assert.equal(
    read('<p>Nickname: <b>Ada</b>.</p><script>Nickname: Eve</script>', 'match:Nickname: (\\w+)'),
    'Ada',
  )
  assert.equal(read('<p>Nobody</p>', 'match:Nickname: (\\w+)'), null)
})

test('an error page has no value', () => {
  assert.equal(read('<form><input name=a value=x></form>', 'field:a', 403), null)
})
