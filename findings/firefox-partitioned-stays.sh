#!/usr/bin/env bash
# puppeteer with Firefox: a partitioned cookie is listed like any other, cannot be deleted, and put back it is there twice.
# Runs the system's firefox-esr and, to compare, its chromium.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund puppeteer-core@25.16.0 >install.log || { cat install.log; exit 1; }

cat >finding.mjs <<'END'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { isDeepStrictEqual } from 'node:util'
import puppeteer from 'puppeteer-core'

const cookies = ['plain=1; Path=/', 'session=alice; Path=/; Secure; HttpOnly; SameSite=None; Partitioned']
const server = createServer((request, answer) => {
  if (request.url === '/sign-in') answer.setHeader('Set-Cookie', cookies)
  answer.setHeader('Content-Type', 'text/html').end(request.headers.cookie ?? '')
}).listen(0, '127.0.0.1')
await once(server, 'listening')
const site = `http://localhost:${server.address().port}`

async function play(options) {
  const browser = await puppeteer.launch({ ...options, userDataDir: `${process.cwd()}/${options.browser}` })
  try {
    const page = await browser.newPage()
    const sent = async () => {
      await page.goto(site)
      return page.evaluate(() => document.body.textContent)
    }
    await page.goto(`${site}/sign-in`)
    const listed = await browser.cookies()
    const partitions = Object.fromEntries(listed.map(({ name, partitionKey }) => [name, partitionKey !== undefined]))
    await browser.deleteCookie(...listed)
    const afterDeletion = await sent()
    await browser.setCookie(...listed)
    console.log(await browser.version())
    return { partitions, afterDeletion, afterPuttingBack: (await sent()).split('; ').sort() }
  } finally {
    await browser.close()
  }
}

const [chromium, firefox] = process.argv.slice(2)
const seen = {
  Chromium: await play({ browser: 'chrome', executablePath: chromium, args: ['--no-sandbox'] }),
  Firefox: await play({ browser: 'firefox', executablePath: firefox }),
}
server.close()
server.closeAllConnections()

const expected = {
  Chromium: {
    partitions: { plain: false, session: true },
    afterDeletion: '',
    afterPuttingBack: ['plain=1', 'session=alice'],
  },
  Firefox: {
    partitions: { plain: false, session: false },
    afterDeletion: 'session=alice',
    afterPuttingBack: ['plain=1', 'session=alice', 'session=alice'],
  },
}
console.log('Every cookie that browser.cookies() lists is given to deleteCookie, then to setCookie. In Chromium that removes them')
console.log('and puts them back. In Firefox the partitioned one is listed without its partition: deleting misses it, so the next')
console.log('test begins signed in, and putting it back makes an unpartitioned second one beside it.')
console.log(seen)
if (!isDeepStrictEqual(seen, expected)) {
  console.error('This has changed. Before it was:', expected)
  process.exitCode = 1
}
END
npm ls --depth 0 | tail -n +2
node finding.mjs "$(command -v chromium)" "$(command -v firefox-esr)"
