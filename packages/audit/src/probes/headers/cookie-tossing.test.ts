import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { State } from '../../evidence/evidence.ts'
import { BrowserJar, type Credential, type Jar } from '../../network/cookies/jar.ts'
import { readSetCookie } from '../../network/cookies/set-cookie.ts'
import type { ProbeContext } from '../context.ts'
import { probeCookieTossing } from './cookie-tossing.ts'
import { noSiblingOf } from './siblings.ts'

const SESSION = 'aaaaaaaaaaaaaaaaaaaaaaaa'

/** A site that answers by the values of `sid` that it is sent, in their order. */
function contextOf(judge: (values: readonly string[]) => State, address = 'https://shop.example.com/me') {
  const url = new URL(address)
  const jar = new BrowserJar()
  const cookie = readSetCookie(`sid=${SESSION}; Path=/`, url, Date.now())
  jar.learn(url, cookie ? [cookie] : [], false)
  const sent: string[][] = []
  const observe = async (from: Jar) => {
    const values = from.credentials(url).map(({ value }: Credential) => value)
    sent.push(values)
    return { state: judge(values), exchange: sent.length }
  }
  const context = {
    oracle: { url, observe },
    carrier: { carriers: ['sid'], sets: [['sid']] },
    renamings: [],
    http: { answers: [] },
    jar,
  } as unknown as ProbeContext
  return { context, sent }
}

const isIn = (yes: boolean): State => (yes ? 'signed-in' : 'anonymous')

for (const [what, judge, seen] of [
  ['the first', (values) => isIn(values[0] === SESSION), 'anonymous signed-in'],
  ['the last', (values) => isIn(values.at(-1) === SESSION), 'signed-in anonymous'],
  ['any', (values) => isIn(values.includes(SESSION)), 'signed-in signed-in'],
  ['one alone', (values) => isIn(values.length === 1 && values[0] === SESSION), 'anonymous anonymous'],
] satisfies [string, (values: readonly string[]) => State, string][]) {
  test(`a site that takes ${what} of two cookies`, async () => {
    const { context, sent } = contextOf(judge)
    const { trials, controls } = await probeCookieTossing(context)
    assert.deepEqual(
      trials.map(({ first, last, planted }) => `${planted}: ${first.state} ${last.state}`),
      [`made-up: ${seen}`],
    )
    assert.ok(controls.every(({ held }) => held))
    assert.equal(sent.length, 5)
  })
}

test('an error that comes back with the planted cookie is looked at once more', async () => {
  const { context } = contextOf((values) => (values.length > 1 ? 'unclear' : isIn(values[0] === SESSION)))
  const { trials } = await probeCookieTossing(context)
  assert.equal(trials[0]?.again?.state, 'unclear')
})

test('where no other host can plant one nothing is sent', async () => {
  const { context, sent } = contextOf(() => 'signed-in', 'http://127.0.0.1:3000/me')
  assert.match((await probeCookieTossing(context)).noSibling ?? '', /address/)
  assert.deepEqual(sent, [])
})

test('hosts that another one can set cookies for', () => {
  for (const host of [
    'shop.example.com',
    'example.com',
    'a.b.co.uk',
    'shop.github.io',
    'books.tidewater.test',
  ])
    assert.equal(noSiblingOf(host), null, host)
  for (const host of [
    '127.0.0.1',
    '::1',
    '10.0.0.7',
    'localhost',
    'a.localhost',
    'intranet',
    'github.io',
    'co.uk',
  ])
    assert.notEqual(noSiblingOf(host), null, host)
})
