#!/usr/bin/env bash
# Under Playwright, Chromium denies a frame of another site its storage; one more switched-off feature, whichever, grants it.
# Runs the system's chromium.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund playwright-core@1.65.1 >install.log || { cat install.log; exit 1; }

cat >finding.mjs <<'END'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { chromium } from 'playwright-core'

// A page of one site holds a frame of another, which keeps a value in its own storage and says how that went.
const inner = `<!doctype html><b></b><script>
  const say = (text) => document.querySelector('b').append(text)
  try {
    localStorage.setItem('kept', 'yes')
    say(localStorage.getItem('kept'))
  } catch (error) {
    say(error.name)
  }
</script>`
const server = createServer((request, answer) => {
  const frame = `<!doctype html><iframe src="http://127.0.0.1:${server.address().port}/inner"></iframe>`
  answer.setHeader('Content-Type', 'text/html').end(request.url === '/inner' ? inner : frame)
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const { port } = server.address()

async function keepInFrame(args) {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', ...args],
  })
  try {
    const page = await browser.newPage()
    await page.goto(`http://localhost:${port}/`)
    const version = `Chromium ${browser.version()}`
    return { version, kept: await page.frameLocator('iframe').locator('b').textContent() }
  } finally {
    await browser.close()
  }
}

const plain = await keepInFrame([])
const other = await keepInFrame(['--disable-features=Translate'])
server.close()
server.closeAllConnections()
console.log(plain.version)
console.log('A frame of another site keeps a value in localStorage, and reads it:')
console.log('  as Playwright starts Chromium:            ', plain.kept)
console.log('  with --disable-features=Translate besides:', other.kept)
console.log('Playwright switches off a list of features, the partitioning of storage among them, and a context blocks what is')
console.log('of third parties. Chromium heeds the last such argument alone: naming any feature brings the whole list back.')
if (plain.kept !== 'SecurityError' || other.kept !== 'yes') {
  console.error('This has changed. Before it was: SecurityError, then yes')
  process.exitCode = 1
}
END
npm ls --depth 0 | tail -n +2
node finding.mjs
