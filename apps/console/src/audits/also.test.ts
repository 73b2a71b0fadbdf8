import assert from 'node:assert/strict'
import test from 'node:test'
import { type AlsoForm, alsoForm, readAlso } from './also.ts'

const url = new URL('https://example.com/')

function read(typed: Partial<Record<keyof AlsoForm, string>>) {
  const problems: Record<string, string> = {}
  const form = Object.fromEntries(
    Object.entries(alsoForm).map(([name, shape]) => [name, shape.parse(typed[name as keyof AlsoForm])]),
  ) as AlsoForm
  const options = readAlso(form, { url, auditSeconds: 120 }, problems)
  return { options, wrong: Object.keys(problems) }
}

test('nothing is asked for that was not', () => {
  assert.deepEqual(read({}), { options: {}, wrong: [] })
})

test('streams, numbers and signing out everywhere are passed on', () => {
  const streams = '/events\r\nwss://example.com/live\n\n'
  const { options, wrong } = read({
    ...{ streams, streamWait: '15', idSamples: ' 100 ', logoutEverywhere: 'yes' },
    logoutEverywhereUrl: '/logout-all',
  })
  assert.deepEqual(wrong, [])
  assert.deepEqual(options, {
    ...{ streams: ['/events', 'wss://example.com/live'], streamWait: 15, idSamples: 100 },
    ...{ logoutEverywhere: true, logoutEverywhereUrl: 'https://example.com/logout-all' },
  })
  const logoutEverywhereRequest = 'POST /sessions/end {"all":true}'
  assert.deepEqual(read({ logoutEverywhereRequest }).options, { logoutEverywhereRequest })
})

test('what cannot be meant is said at its field', () => {
  for (const [field, typed] of [
    ['streams', 'https://other.example/events'],
    ['streams', 'ws://example.com/live'],
    ['streams', 'mailto:x'],
    ['streamWait', '16'],
    ['streamWait', '0'],
    ['idSamples', '7'],
    ['idSamples', '101'],
    ['idSamples', 'ten'],
    ['logoutEverywhereUrl', '//other.example/'],
    ['logoutEverywhereRequest', 'all of them'],
  ] as const) {
    assert.deepEqual(read({ [field]: typed }).wrong, [field], typed)
  }
  const both = { logoutEverywhereUrl: '/all', logoutEverywhereRequest: 'POST /all' }
  assert.deepEqual(read(both).wrong, ['logoutEverywhereRequest'])
})
