import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serve } from '../../../test/serve.ts'
import { BrowserJar } from '../cookies/jar.ts'
import { readSetCookie } from '../cookies/set-cookie.ts'
import { Http } from '../http.ts'
import { attached, attaches, elsewhere, sendFromElsewhere, suffices } from './cross-site.ts'

const given = (sameSite: 'Strict' | 'Lax' | 'None' | null, partitioned = false) => ({ sameSite, partitioned })

/** RFC 6265bis section 5.8.3, and what was seen in Chromium. */
test('which cookies go along with a request of another site', () => {
  const rows = [
    // POST and GET that replace the page, then what a page loads; where no SameSite is none, and where it is Lax.
    [given('Strict'), 'none', [false, false, false]],
    [given('Lax'), 'none', [false, true, false]],
    [given('None'), 'none', [true, true, true]],
    [given('None', true), 'none', [true, true, false]],
    [given(null), 'none', [true, true, false]],
    [given(null), 'lax', [false, true, false]],
    [given('None'), 'lax', [true, true, true]],
  ] as const
  for (const [cookie, unspecified, expected] of rows) {
    const seen = [
      attaches(cookie, 'POST', 'document', unspecified),
      attaches(cookie, 'GET', 'document', unspecified),
      attaches(cookie, 'GET', 'image', unspecified),
    ]
    assert.deepEqual(seen, expected, `${cookie.sameSite} ${unspecified}`)
  }
})

function jarWith(url: URL, ...headers: readonly string[]): BrowserJar {
  const jar = new BrowserJar()
  jar.learn(
    url,
    headers.map((header) => readSetCookie(header, url, Date.now())).filter((cookie) => cookie !== null),
    false,
  )
  return jar
}

const FOUR = [
  's=1; SameSite=Strict',
  'l=1; SameSite=lax',
  'n=1; SameSite=None; Secure',
  'd=1; SameSite=Sometimes',
]

test('the jar knows what each cookie was set with, and a bearer token never goes along', () => {
  const url = new URL('https://app.example.com/')
  const jar = jarWith(url, ...FOUR, 'p=1; SameSite=None; Secure; Partitioned')
  jar.token = { kind: 'header', name: 'Authorization', value: 'token', scheme: 'Bearer' }
  const names = (method: string, destination: 'document' | 'image', unspecified: 'lax' | 'none') =>
    attached(jar, url, method, elsewhere(destination), unspecified).map(({ name }) => name)
  assert.deepEqual(names('GET', 'document', 'lax'), ['l', 'n', 'd', 'p'])
  assert.deepEqual(names('POST', 'document', 'none'), ['n', 'd', 'p'])
  assert.deepEqual(names('POST', 'document', 'lax'), ['n', 'p'])
  assert.deepEqual(names('GET', 'image', 'none'), ['n'])
})

test('what goes along is enough if it holds a whole set', () => {
  assert.ok(suffices(['a', 'b'], [['c'], ['a', 'b']]))
  assert.ok(!suffices(['a'], [['c'], ['a', 'b']]))
  assert.ok(!suffices([], []))
})

test('the browser says where it comes from at each redirect, and what goes along follows the method', async (t) => {
  const heard: string[] = []
  const site = await serve(t, ({ at, headers, cookies, body }) => {
    const { origin = '-', referer = '-', 'sec-fetch-site': from, 'sec-fetch-dest': dest } = headers
    const user = headers['sec-fetch-user'] ?? '-'
    heard.push([at, origin, referer, from, dest, user, [...cookies.keys()].join(''), body].join(' '))
    if (at === 'POST /again') return { redirect: '/then', status: 307 }
    return at === 'POST /then' ? { redirect: '/last' } : { html: '' }
  })
  const http = new Http({ url: site.url }, new URL(site.url))
  t.after(() => http.close())
  const url = new URL(`${site.url}/again`)
  const jar = jarWith(url, ...FOUR)
  const body = { type: 'urlencoded', fields: [['a', 'b']] } as const
  const common = { url, unspecified: 'lax', phase: 'replay', keeps: true } as const
  await sendFromElsewhere(http, jar, { ...common, method: 'POST', body, foreign: elsewhere('document') })
  const image = { ...common, method: 'GET', foreign: elsewhere('image', { hidden: true }) } as const
  await sendFromElsewhere(http, jar, image)
  const page = 'https://attacker.example'
  assert.deepEqual(heard, [
    `POST /again ${page} ${page}/ cross-site document - n a=b`,
    `POST /then ${page} ${page}/ cross-site document - n a=b`,
    `GET /last - ${page}/ cross-site document - lnd `,
    'GET /again - - cross-site image - n ',
  ])
})

test('what a page loads may set cookies that are SameSite=None alone, and nothing where nothing is kept', async (t) => {
  const site = await serve(t, () => ({
    html: '',
    cookies: ['x=1; SameSite=Lax', 'y=1; SameSite=None; Secure', 'z=1'],
  }))
  const http = new Http({ url: site.url }, new URL(site.url))
  t.after(() => http.close())
  const url = new URL(site.url)
  const setBy = async (destination: 'document' | 'image', keeps: boolean) => {
    const jar = new BrowserJar()
    const foreign = elsewhere(destination)
    await sendFromElsewhere(http, jar, {
      url,
      method: 'GET',
      foreign,
      unspecified: 'none',
      phase: 'replay',
      keeps,
    })
    return jar.held(url).map(({ name }) => name)
  }
  assert.deepEqual(await setBy('document', true), ['x', 'y', 'z'])
  assert.deepEqual(await setBy('image', true), ['y'])
  assert.deepEqual(await setBy('document', false), [])
})
