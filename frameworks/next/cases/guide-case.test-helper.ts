import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { runToEnd, startProgram } from '../../program.ts'

const guide = join(import.meta.dirname, '../../../docs/guides/next.md')
const folder = join(import.meta.dirname, '../.guide')

/** Each block is a whole file, and its first line is the file's name. */
function writeBlocks(): void {
  rmSync(folder, { recursive: true, force: true })
  for (const [, file = '', code = ''] of readFileSync(guide, 'utf8').matchAll(
    /^```tsx?\n\/\/ (\S+)\n(.*?)^```$/gms,
  )) {
    mkdirSync(join(folder, dirname(file)), { recursive: true })
    writeFileSync(join(folder, file), code)
  }
  // What is installed is beside it, and not in it.
  const root = JSON.stringify(dirname(folder))
  writeFileSync(join(folder, 'next.config.mjs'), `export default { turbopack: { root: ${root} } }\n`)
}

/** The guide's own application, built and served. */
export function guideCase(): void {
  test('the application of the guide does what the guide says', async (t) => {
    writeBlocks()
    const options = { cwd: folder, env: { NEXT_TELEMETRY_DISABLED: '1' } }
    const next = join(import.meta.dirname, '../node_modules/next/dist/bin/next')
    const { code, output } = await runToEnd(process.execPath, [next, 'build'], options)
    assert.equal(code, 0, output)
    const args = [next, 'start', '--hostname', '127.0.0.1', '--port', '0']
    const { url, stop } = await startProgram(process.execPath, args, options)
    t.after(stop)
    const page = async (cookie = '') => (await fetch(url, { headers: { cookie } })).text()
    const act = async (cookie = '') => {
      const body = new FormData()
      body.set(/\$ACTION_ID_\w+/.exec(await page(cookie))?.[0] ?? '', '')
      const { headers } = await fetch(url, { method: 'POST', body, headers: { cookie }, redirect: 'manual' })
      return headers.getSetCookie()[0]?.split(';')[0] ?? ''
    }
    assert.match(await page(), /Nobody/)
    const cookie = await act()
    assert.match(cookie, /^__Host-desk=./)
    const keep = (headers: Record<string, string>) =>
      fetch(`${url}/note`, { method: 'POST', body: 'tea', headers })
    assert.equal((await keep({})).status, 401)
    assert.equal(await (await keep({ cookie })).text(), 'Kept')
    assert.match(await page(cookie), /user-1.*tea/)
    assert.equal((await keep({ cookie, 'sec-fetch-site': 'cross-site' })).status, 403)
    assert.equal(await act(cookie), '__Host-desk=')
    assert.match(await page(cookie), /Nobody/)
  })
}
