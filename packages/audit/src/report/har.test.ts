import assert from 'node:assert/strict'
import test from 'node:test'
import { harProblems } from '../../test/har-schema.ts'
import { exchanges, fileOf } from '../../test/sample-evidence.ts'
import { readRecording } from '../options/recording/recording.ts'
import { renderHar } from './har.ts'

const login = {
  ...exchanges[3],
  id: 4,
  phase: 'login',
  method: 'POST',
  url: 'https://app.example.com/login?next=<next:0123abcd>',
  status: 303,
  location: '/me',
  sentCookies: { sid: 'aaaa1111' },
  setCookies: ['sid'],
  curl: `curl -sS -i -X POST 'https://app.example.com/login' -H 'Cookie: sid=<sid:aaaa1111>' -H 'Origin: https://app.example.com' --data-urlencode 'user=<user:11112222>' --data-urlencode 'it'\\''s=<password>'`,
  sentMs: 1500,
  tookMs: 40,
} as const

const file = { ...fileOf(), exchanges: [...exchanges, login] }
const { log } = JSON.parse(renderHar(file))
const entry = log.entries.at(-1)

test('it is valid against the published schema of HAR', () => {
  assert.deepEqual(harProblems({ log }), [])
  assert.notDeepEqual(harProblems({ log: { ...log, entries: [{ ...entry, request: {} }] } }), [])
})

test('a request has its headers, cookies and body, all as they were redacted, and its time', () => {
  assert.equal(entry.startedDateTime, '2026-11-23T08:00:01.500Z')
  assert.equal(entry.time, 40)
  assert.deepEqual(entry.request.headers, [
    { name: 'Cookie', value: 'sid=<sid:aaaa1111>' },
    { name: 'Origin', value: 'https://app.example.com' },
  ])
  assert.equal(entry.request.postData.text, `user=<user:11112222>&it's=<password>`)
  assert.deepEqual(entry.request.cookies, [{ name: 'sid', value: '<sid:aaaa1111>' }])
  assert.deepEqual(entry.request.queryString, [{ name: 'next', value: '<next:0123abcd>' }])
})

test('what was not recorded is left out, and said to be', () => {
  assert.equal(entry.response.content.text, undefined)
  assert.equal(entry.response.cookies[0].value, '')
  assert.match(log.comment, /not recorded/)
  assert.match(log.entries[0].comment, /time not recorded/)
})

test('a reader of recorded logins reads it', () => {
  const recording = readRecording(renderHar(file))
  assert.equal(recording.kind === 'requests' && recording.requests.length, file.exchanges.length)
})

test('a line that no shell would take makes no harm', () => {
  const { log } = JSON.parse(renderHar({ ...file, exchanges: [{ ...login, curl: `curl 'never closed` }] }))
  assert.deepEqual(log.entries[0].request.headers, [])
})
