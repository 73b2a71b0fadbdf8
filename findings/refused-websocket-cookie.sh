#!/usr/bin/env bash
# A refused WebSocket tells its page nothing of the answer, but the cookies of that answer count, in all three engines.
# Runs the system's chromium, firefox-esr and MiniBrowser (by WebKitWebDriver, on an Xvfb).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund puppeteer-core@25.16.0 ws@8.23.0 >install.log || { cat install.log; exit 1; }
cp "$here/browsers.mjs" .

cat >finding.mjs <<'END'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { WebSocketServer } from 'ws'
import { startChromium, startFirefox, startWebKit } from './browsers.mjs'

// The page opens a WebSocket, and tells what it learnt of it by a request that carries the cookies there are then.
const page = `<!doctype html><script>
  const socket = new WebSocket(location.origin.replace('http', 'ws') + '/socket')
  const told = []
  socket.onopen = () => told.push('open')
  socket.onerror = ({ type }) => told.push(type)
  socket.onclose = ({ code, reason }) => fetch('/told?' + [...told, code, reason])
</script>`
let told
const server = createServer((request, answer) => {
  const { pathname, search } = new URL(request.url, 'http://localhost')
  if (pathname === '/told') told.resolve({ page: search.slice(1), cookies: request.headers.cookie })
  const cookies = ['session=alice; Path=/; HttpOnly', 'other=kept; Path=/']
  if (pathname === '/') answer.setHeader('Set-Cookie', cookies)
  answer.setHeader('Content-Type', 'text/html').end(pathname === '/' ? page : '')
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const headers = { 'Set-Cookie': 'session=; Path=/; HttpOnly; Max-Age=0' }
new WebSocketServer({ server, verifyClient: (_, refuse) => refuse(false, 401, 'Unauthorized', headers) })

const seen = {}
console.log('A signed-in page opens a WebSocket. It is refused with 401 and the removal of the session cookie.')
for (const [engine, start] of Object.entries({ Chromium: startChromium, Firefox: startFirefox, WebKit: startWebKit })) {
  told = Promise.withResolvers()
  const browser = await start()
  try {
    await browser.open(`http://localhost:${server.address().port}/`)
    seen[engine] = await Promise.race([told.promise, setTimeout(10_000, 'nothing told', { ref: false })])
    console.log(`${browser.version}:`, seen[engine])
  } finally {
    await browser.close()
  }
}
server.close()
server.closeAllConnections()

const same = { page: 'error,1006,', cookies: 'other=kept' }
const expected = { Chromium: same, Firefox: same, WebKit: same }
console.log('The page is told an error without a status, as if there had been no answer. It is signed out all the same.')
if (!isDeepStrictEqual(seen, expected)) {
  console.error('This has changed. Before it was:', expected)
  process.exitCode = 1
}
END
npm ls --depth 0 | tail -n +2
MINIBROWSER=${MINIBROWSER:-$(ls /usr/lib/*/webkit2gtk-*/MiniBrowser | head -n 1)} node finding.mjs
