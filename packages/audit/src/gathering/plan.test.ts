import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionSite, anyone, nicknameAction } from '../../test/action-site.ts'
import { passwordSite } from '../../test/password-site.ts'
import { serve } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import type { AuditOptions } from '../options/options.ts'
import { gather } from './gather.ts'
import { plan } from './plan.ts'

async function stepsTaken(
  options: AuditOptions,
): Promise<{ steps: string[]; requests: number; logins: number }> {
  const steps: string[] = []
  let [requests, logins] = [0, 0]
  await gather(
    {
      ...options,
      onProgress(event) {
        if (event.state === 'started') steps.push(event.step)
        requests = event.requests
        logins = event.logins
      },
    },
    { wait: async () => {} },
  )
  return { steps, requests, logins }
}

test('the plan is what gather then does, within its numbers', async (t) => {
  const site = await serve(t, sessionSite())
  const withPassword = await serve(t, passwordSite({ othersStay: true, box: 'ends-others' }).routes)
  for (const options of [
    { url: site.url, ...USER },
    { url: site.url, passive: true },
    { url: withPassword.url, ...USER, changePassword: true },
  ]) {
    const planned = plan(options)
    const taken = await stepsTaken(options)
    assert.deepEqual(
      planned.map(({ step }) => step),
      taken.steps,
    )
    assert.ok(taken.requests <= planned.reduce((sum, { requests }) => sum + requests, 0))
    assert.ok(taken.logins <= planned.reduce((sum, { logins }) => sum + logins, 0))
  }
})

test('each step that logs in or changes something keeps within its own numbers', async (t) => {
  const { url } = await serve(t, actionSite({ allows: anyone, attributes: 'Path=/' }).routes)
  const options = { url, ...USER, action: nicknameAction, expectSessions: 4 }
  const planned = new Map(plan(options).map((step) => [step.step, step]))
  // Steps that are under way at once are counted together.
  const spans: { steps: Set<string>; requests: number; logins: number }[] = []
  const open = new Set<string>()
  let last = { requests: 0, logins: 0 }
  await gather(
    {
      ...options,
      onProgress({ step, state, requests, logins }) {
        if (open.size === 0) spans.push({ steps: new Set(), requests: 0, logins: 0 })
        const span = spans.at(-1)
        if (span) {
          span.steps.add(step)
          span.requests += requests - last.requests
          span.logins += logins - last.logins
        }
        last = { requests, logins }
        if (state === 'started') open.add(step)
        else if (state !== 'paused') open.delete(step)
      },
    },
    { wait: async () => {} },
  )
  for (const { steps, requests, logins } of spans) {
    const names = [...steps]
    const most = (what: 'requests' | 'logins') =>
      names.reduce((sum, name) => sum + (planned.get(name)?.[what] ?? 0), 0)
    assert.ok(requests <= most('requests'), `${names}: ${requests} of ${most('requests')} requests`)
    assert.ok(logins <= most('logins'), `${names}: ${logins} of ${most('logins')} logins`)
  }
})

test('a plan sends nothing, and a passive one has no login', () => {
  const planned = plan({ url: 'http://127.0.0.1:1/', passive: true })
  assert.ok(planned.every(({ logins }) => logins === 0))
  assert.equal(
    planned.reduce((sum, { requests }) => sum + requests, 0),
    15,
  )
  assert.deepEqual(
    planned.map(({ step }) => step),
    ['reach', 'transport', 'visitor', 'cookies', 'signedCookies', 'framework'],
  )
})

test('the password is changed only in a plan that says so', () => {
  const options = { url: 'http://127.0.0.1:1/', ...USER }
  const steps = (more: Partial<AuditOptions>) => plan({ ...options, ...more }).map(({ step }) => step)
  assert.ok(!steps({}).includes('passwordChange'))
  const planned = plan({ ...options, changePassword: true }).find(({ step }) => step === 'passwordChange')
  assert.match(planned?.describes ?? '', /CHANGE THE PASSWORD.*change it back/)
})

test('options that cannot be meant are wrong usage', () => {
  const wrong = (options: Partial<AuditOptions>) =>
    assert.throws(() => plan({ url: 'https://x.example/', ...USER, ...options }), { code: 'usage' })
  wrong({ url: 'ftp://x.example/' })
  wrong({ url: 'https://a:b@x.example/' })
  wrong({ maxRequests: 0 })
  wrong({ timeLimit: 0 })
  wrong({ maxWait: -1 })
  wrong({ loginUrl: 'https://other.example/login' })
  wrong({ loginFormat: 'json' })
  wrong({ expectSessions: 0 })
  wrong({ expectSessions: 11 })
  wrong({ action: { ...nicknameAction, find: 'nickname' } })
  wrong({ action: nicknameAction, passive: true })
  wrong({ reauthUrl: 'https://other.example/confirm' })
  wrong({ changePassword: true, passive: true })
  wrong({ changePassword: true, cookie: 'sid=1' })
  wrong({ changePassword: true, loginFormat: 'json', loginUrl: '/login' })
  wrong({ changePassword: true, changePasswordUrl: 'https://other.example/password' })
  wrong({ changePasswordUrl: '/password' })
  wrong({ newPasswordField: 'new' })
  wrong({ recoveryFile: 'file' })
})
