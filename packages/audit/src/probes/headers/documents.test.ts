import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { accountPage, sessionSite } from '../../../test/session-site.ts'

type Site = Readonly<Record<string, (visit: Visit) => Reply>>

const found = async (t: TestContext, routes: Routes) => audit((await serve(t, routes)).url)

test('the user’s page and what it says of frames; a page for visitors is none', async (t) => {
  const headers = { 'x-frame-options': 'DENY', 'content-security-policy': "frame-ancestors 'self'" }
  const account = (session: { csrf: string }) => ({ html: accountPage(session), headers })
  const { pages } = value(await found(t, sessionSite({ account })), 'framing')
  assert.deepEqual(
    pages.map(({ url, xFrameOptions, csp }) => [new URL(url).pathname, xFrameOptions, csp]),
    [['/account', 'DENY', "frame-ancestors 'self'"]],
  )
  const bare = value(await found(t, sessionSite()), 'framing').pages
  assert.deepEqual(
    bare.map(({ xFrameOptions, csp }) => [xFrameOptions, csp]),
    [[null, null]],
  )
})

test('a page with the session in its address, where that goes, and no secret in what is told', async (t) => {
  const site = sessionSite({ links: '<a href="https://other.example/">Elsewhere</a>' }) as Site
  const values = new Set<string>()
  const file = await found(t, {
    ...site,
    'POST /login': (visit) => {
      const reply = site['POST /login']?.(visit) ?? {}
      const id = /^sid=([^;]+)/.exec(reply.cookies?.[0] ?? '')?.[1]
      if (id) values.add(id)
      return id && reply.redirect ? { ...reply, redirect: `${reply.redirect}?visit=${id}` } : reply
    },
  })
  const { pages } = value(file, 'referrer')
  assert.deepEqual(
    pages.map(({ carrier, targets }) => [carrier, targets]),
    [['sid', [{ origin: 'https://other.example', policy: null }]]],
  )
  const text = JSON.stringify(file)
  assert.ok(values.size > 0 && [...values].every((id) => !text.includes(id)))
  assert.deepEqual(value(await found(t, sessionSite()), 'referrer').pages, [])
})
