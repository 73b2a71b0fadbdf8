import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noWait } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { sessionSite, USER } from '../../../test/session-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'

if (process.env.CHROMIUM) process.env.LATCHKEY_CHROMIUM ??= process.env.CHROMIUM

test('what a visitor held before goes into the browser’s login, so that fixation is seen', async (t) => {
  for (const [choices, verdict] of [
    [{}, 'pass'],
    [{ keepsId: true }, 'fail'],
  ] as const) {
    const { url } = await serve(t, sessionSite(choices))
    const file = await gather({ url, ...USER, browser: true, loginUrl: '/login', maxLogins: 4 }, noWait)
    const report = judge(file, { finishedAt: '' })
    assert.equal(report.checks.find(({ id }) => id === 'fixation')?.verdict, verdict)
  }
})
