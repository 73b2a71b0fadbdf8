#!/usr/bin/env bash
# The agent of supertest does not know Max-Age: what an answer removes by it is sent on, and nothing set by it ends.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund supertest@7.3.2 hono@4.13.19 @hono/node-server@2.1.9 >install.log || { cat install.log; exit 1; }

cat >finding.mjs <<'END'
import { createServer } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import supertest from 'supertest'

const app = new Hono()
app.get('/sign-in', (context) => {
  setCookie(context, 'session', 'alice')
  setCookie(context, 'brief', 'one-second', { maxAge: 1 })
  setCookie(context, 'dated', 'one-second', { expires: new Date(Date.now() + 1000) })
  return context.text('in')
})
app.get('/sign-out', (context) => {
  deleteCookie(context, 'session')
  return context.text('out')
})
app.get('/cookies', (context) => context.text(context.req.header('cookie') ?? ''))

const agent = supertest.agent(createServer(getRequestListener(app.fetch)))
await agent.get('/sign-in')
const removal = (await agent.get('/sign-out')).headers['set-cookie']
await setTimeout(2500)
const seen = { removal, sentAfterwards: (await agent.get('/cookies')).text }

const expected = { removal: ['session=; Max-Age=0; Path=/'], sentAfterwards: 'session=; brief=one-second' }
console.log('After a sign-out by deleteCookie, which says Max-Age=0 alone, the agent goes on sending the cookie, empty; one of')
console.log('Max-Age=1 is there after 2.5 seconds. Only Expires ends a cookie in it. One would expect no cookie at all.')
console.log(seen)
if (!isDeepStrictEqual(seen, expected)) {
  console.error('This has changed. Before it was:', expected)
  process.exitCode = 1
}
END
npm ls --depth 0 | tail -n +2
node finding.mjs
