import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parseCookieDate } from '../date.ts'
import { BrowserJar, cookiePair } from '../jar.ts'
import { readSetCookie } from '../set-cookie.ts'

const rowsOf = (file: string) =>
  readFileSync(new URL(file, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

const quoted = (text: string) =>
  [...text.matchAll(/«(.*?)»/g)].map(([, inside = '']) =>
    inside
      .replace(/\\x([0-9a-f]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
      .replace(/\{(.+?)\*(\d+)\}/g, (_, part, times) => part.repeat(Number(times))),
  )

for (const file of ['http-state.txt', 'web-platform-tests.txt']) {
  for (const row of rowsOf(file)) {
    test(`${file}: ${row.slice(0, 100)}`, () => {
      const [given = '', rest = ''] = row.split(' -> ')
      const from = new URL(/ set at (\S+)$/.exec(rest)?.[1] ?? 'http://shop.example.org/set')
      const to = new URL(/ @ (\S+)/.exec(rest)?.[1] ?? 'http://shop.example.org/desk')
      const jar = new BrowserJar()
      const cookies = quoted(given).map((line) => readSetCookie(line, from, Date.now()))
      jar.learn(
        from,
        cookies.filter((cookie) => cookie !== null),
        false,
      )
      assert.deepEqual([jar.credentials(to).map(cookiePair).join('; ')], quoted(rest).slice(0, 1))
    })
  }
}

for (const row of rowsOf('dates.txt')) {
  test(`dates.txt: ${row}`, () => {
    const [given = '', expected = ''] = quoted(row)
    assert.equal(parseCookieDate(given), expected === '' ? null : Date.parse(expected))
  })
}
