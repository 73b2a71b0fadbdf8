#!/usr/bin/env bash
# A report of the Content-Security-Policy is a request with the session's cookie in Chromium and WebKit, not in Firefox.
# Runs the system's chromium, firefox-esr and MiniBrowser (by WebKitWebDriver, on an Xvfb).
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
import { setTimeout } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { startChromium, startFirefox, startWebKit } from './browsers.mjs'

// The page may have no images and has one; the answer to the report of that renews the session.
let report
const server = createServer((request, answer) => {
  answer.setHeader('Content-Type', 'text/html').setHeader('Cache-Control', 'no-store')
  if (request.url === '/sign-in') answer.setHeader('Set-Cookie', 'session=first; Path=/; HttpOnly; SameSite=Strict')
  if (request.url === '/page') answer.setHeader('Content-Security-Policy', "img-src 'none'; report-uri /report")
  if (request.url === '/report') {
    const { cookie = 'none', 'sec-fetch-dest': dest } = request.headers
    report.resolve({ cookie, dest })
    answer.setHeader('Set-Cookie', 'session=renewed; Path=/; HttpOnly; SameSite=Strict')
  }
  answer.end(request.url === '/page' ? '<!doctype html><img src="/image.png">' : request.headers.cookie)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const site = `http://localhost:${server.address().port}`

const seen = {}
console.log('A signed-in page violates its policy, and the answer to the report renews the session cookie.')
for (const [engine, start] of Object.entries({ Chromium: startChromium, Firefox: startFirefox, WebKit: startWebKit })) {
  report = Promise.withResolvers()
  const browser = await start()
  try {
    await browser.open(`${site}/sign-in`)
    await browser.open(`${site}/page`)
    const silence = setTimeout(10_000, { cookie: 'no report' }, { ref: false })
    const { cookie, dest } = await Promise.race([report.promise, silence])
    await setTimeout(1000)
    seen[engine] = { reportHas: cookie, secFetchDest: dest, afterwards: await browser.open(`${site}/next`) }
    console.log(`${browser.version}:`, seen[engine])
  } finally {
    await browser.close()
  }
}
server.close()
server.closeAllConnections()

const used = { reportHas: 'session=first', afterwards: 'session=renewed' }
const expected = {
  Chromium: { ...used, secFetchDest: 'report' },
  Firefox: { reportHas: 'none', secFetchDest: 'report', afterwards: 'session=first' },
  WebKit: { ...used, secFetchDest: 'empty' },
}
console.log('So a page that nobody touches can use its session, and renew it, by what it reports: in two engines of three, and')
console.log('in WebKit Sec-Fetch-Dest does not tell such a request from a fetch of the page.')
if (!isDeepStrictEqual(seen, expected)) {
  console.error('This has changed. Before it was:', expected)
  process.exitCode = 1
}
END
npm ls --depth 0 | tail -n +2
MINIBROWSER=${MINIBROWSER:-$(ls /usr/lib/*/webkit2gtk-*/MiniBrowser | head -n 1)} node finding.mjs
