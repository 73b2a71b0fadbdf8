import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { audit, failsWith, noWait, value } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { sessionSite, USER } from '../../../test/session-site.ts'
import { gather, inspectLogin } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'

/** A program that signs in by itself and prints what `print` says of the session. */
function program(t: TestContext, url: string, print: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'sign in.mjs')
  writeFileSync(
    path,
    `const page = await fetch('${url}/login')
    const cookie = page.headers.getSetCookie()[0].split(';')[0]
    const csrf = /name=csrf value="(\\w+)"/.exec(await page.text())[1]
    const body = new URLSearchParams({ csrf, email: '${USER.username}', pw: '${USER.password}' })
    const answer = await fetch('${url}/login', { method: 'POST', body, headers: { cookie }, redirect: 'manual' })
    const sid = /sid=([^;]+)/.exec(answer.headers.getSetCookie()[0])[1]
    ${print}`,
  )
  return [process.execPath, path]
}

const asCookie = `console.log('Cookie: theme=dark; sid=' + sid)`
const asStorage = `console.log(JSON.stringify({ cookies: [{ name: 'sid', value: sid, domain: '127.0.0.1', path: '/', expires: -1 }] }))`

test('a command signs in once for each login; what needs the browser from before is not judged', async (t) => {
  for (const [logoutForgets, verdict, print] of [
    [false, 'pass', asCookie],
    [true, 'fail', asStorage],
  ] as const) {
    const { url, seen } = await serve(t, sessionSite({ logoutForgets, leavesOldId: true }))
    const file = await gather({ url, loginCommand: program(t, url, print) }, noWait)
    assert.deepEqual([value(file, 'signIn').method, value(file, 'carrier').carriers], ['command', ['sid']])
    assert.equal(value(file, 'concurrentSessions').logins.length, 3)
    assert.ok(seen.filter((at) => at === 'POST /login').length >= 3)
    const verdictOf = (name: string) =>
      judge(file, { finishedAt: '' }).checks.find(({ id }) => id === name)?.verdict
    // The site leaves the ID of before the login signed in, and no login of the command could have shown it.
    assert.deepEqual([verdictOf('logout'), verdictOf('fixation')], [verdict, 'skipped'])
  }
})

test('what the command prints is in no error and no report', async (t) => {
  const { url } = await serve(t, sessionSite())
  const inspect = (print: string) => inspectLogin({ url, loginCommand: program(t, url, print) })
  const failing = [
    ['console.log(sid); process.exit(7)', /ended with exit code 7/],
    ['console.log("welcome")', /neither a storage state nor a Cookie header/],
  ] as const
  for (const [print, words] of failing)
    await assert.rejects(inspect(print), failsWith('sign_in_failed', words))
  await assert.rejects(
    inspectLogin({ url, loginCommand: ['/no/such/program'] }),
    failsWith('sign_in_failed', /could not be started \(ENOENT\)/),
  )
})

test('an audit that is stopped ends the command', async (t) => {
  const { url } = await serve(t, sessionSite())
  const controller = new AbortController()
  const hangs = program(t, url, 'setInterval(() => {}, 1000)')
  const site = await serve(t, { 'GET /': () => ({ html: '' }) })
  const onProgress = ({ step }: { step: string }) => step === 'signIn' && controller.abort()
  await assert.rejects(
    inspectLogin({ url: site.url, loginCommand: hangs, signal: controller.signal, onProgress }),
    failsWith('aborted', /stopped/),
  )
})

test('the password cannot be changed where a command signs in', async () => {
  await assert.rejects(
    audit('http://127.0.0.1:9/', { loginCommand: ['x'], changePassword: true }),
    failsWith('usage', /--change-password needs/),
  )
})
