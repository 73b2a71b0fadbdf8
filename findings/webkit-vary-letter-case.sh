#!/usr/bin/env bash
# WebKitGTK heeds "Vary: Cookie" and not "Vary: cookie": the next user of the browser is shown the page of the last one.
# Runs the system's MiniBrowser (by WebKitWebDriver, on an Xvfb) and, to compare, its chromium and firefox-esr.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund puppeteer-core@25.16.0 >install.log || { cat install.log; exit 1; }
cp "$here/browsers.mjs" .

cat >finding.mjs <<'END'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import { startChromium, startFirefox, startWebKit } from './browsers.mjs'

const server = createServer((request, answer) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost')
  answer.setHeader('Content-Type', 'text/html')
  answer.setHeader('Cache-Control', 'no-store')
  if (pathname === '/sign-in') {
    answer.setHeader('Set-Cookie', `user=${searchParams.get('user')}; Path=/; HttpOnly`)
    return answer.end('signed in')
  }
  if (pathname !== '/page') return answer.writeHead(404).end()
  answer.setHeader('Cache-Control', 'private, max-age=300')
  answer.setHeader('Vary', searchParams.get('vary'))
  answer.end(`page of ${/user=(\w+)/.exec(request.headers.cookie)?.[1]}`)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const site = `http://localhost:${server.address().port}`

/** What bob is shown, who signs in after alice had looked at the page. */
async function shownToBob({ open }, vary) {
  const page = `${site}/page?vary=${vary}`
  await open(`${site}/sign-in?user=alice`)
  await open(page)
  await open(`${site}/sign-in?user=bob`)
  return open(page)
}

const seen = {}
console.log('A page that may be kept for 300 seconds and varies by the cookie. Alice looks at it, then bob signs in and does.')
for (const [engine, start] of Object.entries({ Chromium: startChromium, Firefox: startFirefox, WebKit: startWebKit })) {
  const browser = await start()
  try {
    seen[engine] = { Cookie: await shownToBob(browser, 'Cookie'), cookie: await shownToBob(browser, 'cookie') }
    console.log(`${browser.version}:`, seen[engine])
  } finally {
    await browser.close()
  }
}
server.close()
server.closeAllConnections()

const right = { Cookie: 'page of bob', cookie: 'page of bob' }
const expected = { Chromium: right, Firefox: right, WebKit: { Cookie: 'page of bob', cookie: 'page of alice' } }
console.log('Names of fields are the same in any case, also as values of Vary. WebKit knows the cookie by "Cookie" alone, and by')
console.log('another spelling takes it for a field that both requests lacked: bob is shown what was kept of alice.')
if (!isDeepStrictEqual(seen, expected)) {
  console.error('This has changed. Before it was:', expected)
  process.exitCode = 1
}
END
npm ls --depth 0 | tail -n +2
MINIBROWSER=${MINIBROWSER:-$(ls /usr/lib/*/webkit2gtk-*/MiniBrowser | head -n 1)} node finding.mjs
