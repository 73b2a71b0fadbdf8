import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { test } from 'node:test'
import { launchChromium } from '../apps/console/test/support/chromium.ts'
import type { RequestBody } from '../packages/audit/src/network/body.ts'
import { BrowserJar } from '../packages/audit/src/network/cookies/jar.ts'
import { sendFromElsewhere } from '../packages/audit/src/network/cross-site/cross-site.ts'
import type { Foreign } from '../packages/audit/src/network/cross-site/foreign.ts'
import { Http } from '../packages/audit/src/network/http.ts'
import { serve, type Visit } from '../packages/audit/test/serve.ts'

// What the auditor sends as a page of another site is held against what a real browser sends for such a page.

const COOKIES = ['s=1; SameSite=Strict', 'l=1; SameSite=Lax', 'n=1; SameSite=None; Secure', 'd=1']

/** What a site can decide by. */
function told({ at, cookies, headers, body }: Visit) {
  const shown = (name: keyof IncomingHttpHeaders & string) => headers[name] ?? null
  return {
    at,
    cookies: [...cookies.keys()].sort().join(''),
    origin: shown('origin'),
    referer: shown('referer'),
    site: shown('sec-fetch-site'),
    mode: shown('sec-fetch-mode'),
    dest: shown('sec-fetch-dest'),
    user: headers['sec-fetch-user'] ?? null,
    type: shown('content-type'),
    body,
  }
}

interface Case {
  readonly name: string
  readonly page: (target: string) => string
  readonly method: 'GET' | 'POST'
  /** Where it leads first. */
  readonly path?: string
  readonly body?: RequestBody
  readonly foreign: Omit<Foreign, 'page'>
}

const form = (target: string, fields: string, more = '') =>
  `<form method=post action="${target}/act" ${more}>${fields}</form><script>document.forms[0].submit()</script>`
const document = { destination: 'document', hidden: false } as const
const fields = [['nickname', 'Grace']] as const
const typed = '<input name=nickname value=Grace>'

const cases: readonly Case[] = [
  {
    name: 'a form',
    page: (target) => form(target, typed),
    method: 'POST',
    body: { type: 'urlencoded', fields },
    foreign: document,
  },
  {
    name: 'a form of a page that hides where it is',
    page: (target) => `<meta name=referrer content=no-referrer>${form(target, typed)}`,
    method: 'POST',
    body: { type: 'urlencoded', fields },
    foreign: { ...document, hidden: true },
  },
  {
    name: 'a form whose text/plain is JSON',
    page: (target) =>
      form(target, `<input name='{"nickname":"Grace","_":"' value='"}'>`, 'enctype="text/plain"'),
    method: 'POST',
    body: { type: 'text', fields },
    foreign: document,
  },
  {
    name: 'a link',
    page: (target) => `<script>location.href = '${target}/act'</script>`,
    method: 'GET',
    foreign: document,
  },
  {
    name: 'a link to a page that leads on by a Refresh header',
    path: '/refresh',
    page: (target) => `<script>location.href = '${target}/refresh'</script>`,
    method: 'GET',
    foreign: document,
  },
  {
    name: 'a link to a page that leads on by a meta element',
    path: '/meta',
    page: (target) => `<script>location.href = '${target}/meta'</script>`,
    method: 'GET',
    foreign: document,
  },
  {
    name: 'an image',
    page: (target) => `<img src="${target}/act">`,
    method: 'GET',
    foreign: { destination: 'image', hidden: false },
  },
]

test('requests of another site are what Chromium sends', async (t) => {
  const heard: Visit[] = []
  let arrived = Promise.withResolvers<void>()
  const site = await serve(t, (visit) => {
    if (visit.at === 'GET /set') return { html: 'set', cookies: COOKIES }
    if (visit.at === 'GET /refresh') return { html: 'wait', headers: { refresh: '0; url=/act' } }
    if (visit.at === 'GET /meta') return { html: '<meta http-equiv=refresh content="0; url=/act">' }
    if (!visit.at.endsWith(' /act')) return { status: 404, html: '' }
    heard.push(visit)
    arrived.resolve()
    return { html: 'done' }
  })
  // Another host is another site; both are loopback, where Secure cookies work over http.
  const target = site.url.replace('127.0.0.1', 'localhost')
  let page = ''
  const other = await serve(t, () => ({ html: page }))
  const browser = await launchChromium()
  t.after(() => browser.close())

  for (const { name, path = '/act', page: make, method, body, foreign } of cases) {
    await t.test(name, async () => {
      // A browser of its own for each: the page goes on navigating after its request was heard.
      const tab = await browser.newPage()
      await tab.goto(`${target}/set`)
      heard.length = 0
      arrived = Promise.withResolvers()
      page = make(target)
      await tab.goto(other.url, { waitUntil: 'commit' })
      await arrived.promise
      const theirs = told(heard[0] as Visit)
      await tab.close()

      const http = new Http({ url: target }, new URL(target))
      const jar = new BrowserJar()
      await http.send({ url: new URL(`${target}/set`), phase: 'replay', jar })
      await sendFromElsewhere(http, jar, {
        url: new URL(`${target}${path}`),
        method,
        ...(body ? { body } : {}),
        foreign: { ...foreign, page: new URL(other.url) },
        unspecified: 'none',
        phase: 'replay',
        keeps: false,
      })
      await http.close()
      const ours = told(heard[1] as Visit)
      // Chromium here keeps third-party cookies from what a page loads; other browsers' settings do not.
      if (foreign.destination === 'image') assert.deepEqual({ ...theirs, cookies: 'n' }, ours)
      else assert.deepEqual(theirs, ours)
    })
  }
})
