import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { failsWith, value } from '../../../test/audit-site.ts'
import { type Reply, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import { type Times, timedSite } from '../../../test/timed-site.ts'
import { movedClock } from '../../../twins/serve/moved-clock.ts'
import { judge } from '../../judging/judge.ts'
import type { AuditOptions } from '../../options/options.ts'
import { gather } from '../gather.ts'

const MINUTE = 60
const PASSPHRASE = 'lantern-over-the-quay'
const idle = { idleTimeout: 30 * MINUTE }

async function begun(t: TestContext, times: Times) {
  const clock = movedClock()
  const timed = timedSite(clock, times)
  const during: { visit?: () => void } = {}
  const site = await serve(t, (visit) => {
    during.visit?.()
    return (timed.routes as (visit: Visit) => Reply)(visit)
  })
  const folder = await mkdtemp(join(tmpdir(), 'resume-test-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'kept.json')
  const run = async (more: Partial<AuditOptions> = {}) => {
    const before = site.seen.length
    const resume = { file, passphrase: PASSPHRASE }
    const evidence = await gather({ url: site.url, ...USER, ...idle, resume, ...more }, clock)
    const report = judge(evidence, { finishedAt: '2026-11-29T00:00:00Z' })
    const about = (id: string) => report.checks.find((check) => check.id === id)
    return { evidence, report, about, asked: site.seen.slice(before) }
  }
  return { clock, during, site, file, run, restart: timed.restart }
}

test('an audit that would wait ends, and later runs do what is due and judge all of it', async (t) => {
  const { clock, site, file, run } = await begun(t, { idle: 30 * MINUTE, absolute: null })
  const first = await run()
  assert.equal(first.about('idle-timeout')?.verdict, 'inconclusive')
  assert.deepEqual(first.report.comeBack, { next: '2026-11-29T12:16Z', last: '2026-11-29T12:32Z' })
  assert.match(first.report.notes.join(), /come back after 2026-11-29T12:16Z/)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  const text = await readFile(file, 'utf8')
  assert.ok(!text.includes(USER.password) && !text.includes('mooring') && !text.includes(site.url))

  clock.pass(15 * MINUTE)
  const second = await run()
  // One was left unused until now, and looked at twice; the other is kept.
  assert.deepEqual(second.asked, ['GET /quay', 'GET /quay', 'GET /quay'])
  assert.equal(second.about('idle-timeout')?.verdict, 'inconclusive')
  assert.equal(second.about('logout')?.verdict, 'pass')
  assert.equal(second.evidence.exchanges.length, first.evidence.exchanges.length + 3)
  assert.equal(second.evidence.took?.logins ?? 0, first.evidence.took?.logins)

  clock.pass(17 * MINUTE)
  const third = await run()
  assert.match(
    third.about('idle-timeout')?.reason ?? '',
    /^Ended between 15 minutes and \d+ minutes.*all the while lives/,
  )
  assert.equal(third.about('idle-timeout')?.verdict, 'pass')
  assert.equal(third.report.comeBack, null)
  await assert.rejects(stat(file), { code: 'ENOENT' })
})

test('a session that lives too long is found in the later run', async (t) => {
  const { clock, run } = await begun(t, { idle: null, absolute: null })
  await run()
  clock.pass(40 * MINUTE)
  const { about, report } = await run()
  assert.equal(about('idle-timeout')?.verdict, 'fail')
  assert.match(about('idle-timeout')?.reason ?? '', /still alive 40 minutes/)
  assert.equal(report.comeBack, null)
})

test('a restart between two runs is no timeout', async (t) => {
  const { clock, run, restart } = await begun(t, { idle: null, absolute: null })
  await run()
  clock.pass(16 * MINUTE)
  await run()
  restart()
  clock.pass(16 * MINUTE)
  const { about } = await run()
  assert.equal(about('idle-timeout')?.verdict, 'inconclusive')
  assert.match(about('idle-timeout')?.reason ?? '', /a restart/)
})

test('who comes back too late is told so', async (t) => {
  const { clock, run } = await begun(t, { idle: 30 * MINUTE, absolute: null })
  await run()
  clock.pass(24 * 60 * MINUTE)
  const { about } = await run()
  assert.match(about('idle-timeout')?.reason ?? '', /^Ended within 1 day.*looked at too late/)
})

test('a younger session that the age is held against is begun in a later run', async (t) => {
  const { clock, run } = await begun(t, { idle: null, absolute: 60 * MINUTE })
  const options = { absoluteTimeout: 60 * MINUTE }
  let last = await run(options)
  for (let times = 0; last.report.comeBack && times < 20; times += 1) {
    clock.pass(15 * MINUTE)
    last = await run(options)
  }
  assert.equal(last.about('absolute-timeout')?.verdict, 'pass', last.about('absolute-timeout')?.reason)
})

test('a run that ends while it looks leaves no session that was used for an unused one', async (t) => {
  const { clock, during, run, file } = await begun(t, { idle: null, absolute: null })
  await run()
  clock.pass(16 * MINUTE)
  const before = await readFile(file)
  await assert.rejects(run({ url: 'http://127.0.0.1:1/' }), failsWith('resume_invalid', /is about http/))
  assert.deepEqual(await readFile(file), before)
  const stop = new AbortController()
  during.visit = () => stop.abort()
  await assert.rejects(run({ signal: stop.signal }), failsWith('aborted', /stopped/))
  delete during.visit
  clock.pass(16 * MINUTE)
  const { evidence, about, report } = await run()
  const looked = value(evidence, 'timeouts').sessions.filter(
    ({ use, looks }) => use === 'unused' && looks.length > 0,
  )
  assert.equal(looked.length, 2)
  assert.equal(report.comeBack, null)
  assert.equal(about('idle-timeout')?.verdict, 'fail')
})

test('a wrong passphrase, a damaged file and one of another kind are told apart, and left alone', async (t) => {
  const { run, file } = await begun(t, { idle: null, absolute: null })
  await run()
  const good = await readFile(file, 'utf8')
  const other = { resume: { file, passphrase: 'another-passphrase' } }
  await assert.rejects(run(other), failsWith('resume_passphrase', /another passphrase/))
  for (const [text, words] of [
    [good.replace('/1"', '/2"'), /is latchkey-resume\/2, and this version goes on with latchkey-resume\/1/],
    [damaged(good, 'data'), /is damaged/],
    [damaged(good, 'tag'), /is damaged/],
    ['{}', /is none that --resume wrote/],
    ['my notes', /is none that --resume wrote/],
  ] as const) {
    await writeFile(file, text)
    await assert.rejects(run(), failsWith('resume_invalid', words))
    assert.equal(await readFile(file, 'utf8'), text)
  }
  await writeFile(file, good)
  await assert.rejects(run({ idleTimeout: 900 }), failsWith('resume_invalid', /other times/))
})

test('options that cannot be meant are wrong usage', async (t) => {
  const { run, file } = await begun(t, { idle: null, absolute: null })
  for (const more of [
    { idleTimeout: 5 },
    { absoluteTimeout: 60 },
    { passive: true },
    { cookie: 'mooring=1' },
    { resume: { file, passphrase: 'short' } },
    { idleTimeout: undefined } as unknown as Partial<AuditOptions>,
  ]) {
    await assert.rejects(run(more), { code: 'usage' })
  }
  const nowhere = { resume: { file: join(file, 'in', 'it'), passphrase: PASSPHRASE } }
  await assert.rejects(run(nowhere), failsWith('resume_invalid', /cannot be written/))
})

function damaged(text: string, part: 'data' | 'tag'): string {
  const sealed = JSON.parse(text)
  const bytes = Buffer.from(sealed[part], 'base64')
  bytes[3] = (bytes[3] ?? 0) ^ 1
  return JSON.stringify({ ...sealed, [part]: bytes.toString('base64') })
}
