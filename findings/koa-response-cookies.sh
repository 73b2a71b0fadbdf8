#!/usr/bin/env bash
# Koa 3 takes a Response of fetch as a body. Its cookies are joined into one line, and those set before it are gone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund koa@3.3.0 tough-cookie@6.1.0 >install.log || { cat install.log; exit 1; }

cat >finding.mjs <<'END'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import Koa from 'koa'
import { CookieJar } from 'tough-cookie'

const listen = async (handler) => {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }
}

// An application that sets two cookies, and a Koa in front of it that has set the session's before it asks.
const behind = await listen((_, answer) => {
  answer.setHeader('Set-Cookie', ['theme=dark; Path=/', 'cart=7; Path=/; HttpOnly'])
  answer.end('page')
})
const app = new Koa()
app.use(async (context, next) => {
  context.cookies.set('session', 'renewed')
  await next()
})
app.use(async (context) => {
  context.body = await fetch(behind.address)
})
const front = await listen(app.callback())

const answer = await fetch(front.address)
const jar = new CookieJar()
for (const line of answer.headers.getSetCookie()) await jar.setCookie(line, front.address)
const seen = {
  sent: answer.headers.getSetCookie(),
  kept: (await jar.getCookies(front.address)).map((cookie) => cookie.cookieString()),
}
front.close()
behind.close()

const expected = { sent: ['theme=dark; Path=/, cart=7; Path=/; HttpOnly'], kept: ['theme=dark'] }
console.log('Assigning a Response to context.body drops the session cookie that was set before it, and makes one line of')
console.log('the two cookies that the Response has: the client keeps the first of them alone. One would expect three.')
console.log(seen)
if (!isDeepStrictEqual(seen, expected)) {
  console.error('This has changed. Before it was:', expected)
  process.exitCode = 1
}
END
npm ls --depth 0 | tail -n +2
node finding.mjs
