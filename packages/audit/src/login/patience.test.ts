import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type Reply, serve, type Visit } from '../../test/serve.ts'
import { sessionSite, USER } from '../../test/session-site.ts'
import { gather } from '../gathering/gather.ts'
import { judge } from '../judging/judge.ts'
import type { AuditOptions, ProgressEvent } from '../options/options.ts'
import { codeOf, readTotp, stepAt } from '../options/totp.ts'

/** A clock that stands still until somebody waits. */
function clock() {
  let time = Date.parse('2026-01-01T12:00:10Z')
  const wait = async (milliseconds: number) => {
    time += milliseconds
  }
  return { now: () => time, wait }
}

/** The verdict on the logout, what was told while waiting, and all that is reported. */
async function auditing(url: string, time: ReturnType<typeof clock>, more: Partial<AuditOptions> = {}) {
  const told: string[] = []
  const onProgress = ({ state, detail }: ProgressEvent) => state === 'paused' && told.push(detail)
  const report = judge(await gather({ url, ...USER, ...more, onProgress }, time), {
    finishedAt: new Date().toISOString(),
  })
  const verdict = report.checks.find(({ id }) => id === 'logout')?.verdict
  return { verdict, told, all: JSON.stringify(report) }
}

/** Takes a login that comes within three seconds of its page for a robot's. */
function hastyRefused(time: ReturnType<typeof clock>, says: string, forgets = false) {
  const routes = sessionSite({ logoutForgets: forgets }) as Record<string, (visit: Visit) => Reply>
  let shown = 0
  let refused = 0
  const route = (visit: Visit): Reply => {
    if (visit.at === 'GET /login') shown = time.now()
    if (visit.at === 'POST /login' && time.now() - shown < 3000) {
      // What is sent without credentials is no login.
      if (visit.form.has('pw')) refused += 1
      return { status: 422, html: `<p>${says}</p>` }
    }
    return routes[visit.at]?.(visit) ?? { status: 404, html: 'No' }
  }
  return { route, refused: () => refused }
}

test('a first login that came too fast is tried once more, and all later ones take their time', async (t) => {
  for (const forgets of [false, true]) {
    const time = clock()
    const { route, refused } = hastyRefused(time, 'That was too quick.', forgets)
    const site = await serve(t, route)
    const { verdict, told } = await auditing(site.url, time)
    assert.equal(verdict, forgets ? 'fail' : 'pass')
    assert.equal(refused(), 1)
    assert.equal(told[0], 'waits 5 s between the login page and the login')
  }
})

test('a login whose site says what was wrong, or that only a person may come in, is not repeated', async (t) => {
  for (const says of ['Wrong user name or password', 'Please solve the captcha']) {
    const time = clock()
    const { route, refused } = hastyRefused(time, says)
    const site = await serve(t, route)
    await assert.rejects(auditing(site.url, time), { code: 'sign_in_failed' })
    assert.equal(refused(), 1)
  }
})

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** Asks for a code after the password, and takes each code once; only then the session is worth anything. */
function codeSite(time: ReturnType<typeof clock>, forgets: boolean) {
  const sessions = new Map<string, 'half' | 'full'>()
  const used = new Set<string>()
  const open = (stage: 'half' | 'full', old = ''): string[] => {
    const id = randomBytes(16).toString('hex')
    sessions.delete(old)
    sessions.set(id, stage)
    return [`tide=${id}; Path=/; HttpOnly; SameSite=Lax`]
  }
  const isRight = (code: string): boolean => {
    const totp = readTotp(SECRET)
    const fresh = totp !== null && codeOf(totp, stepAt(totp, time.now())) === code && !used.has(code)
    used.add(code)
    return fresh
  }
  return ({ at, cookies, form }: Visit): Reply => {
    const id = cookies.get('tide') ?? ''
    const stage = sessions.get(id)
    const routes: Record<string, () => Reply> = {
      'GET /': () => ({ html: '<a href=/login>Sign in</a>' }),
      'GET /login': () => ({
        html: '<form method=post action=/login><input name=u><input type=password name=p></form>',
      }),
      'POST /login': () =>
        form.get('u') === USER.username && form.get('p') === USER.password
          ? { redirect: '/code', cookies: open('half', id) }
          : { status: 401, html: 'Wrong' },
      'GET /code': () => ({ html: '<form method=post>Code from your app <input name=code></form>' }),
      'POST /code': () =>
        stage === 'half' && isRight(form.get('code') ?? '')
          ? { redirect: '/account', cookies: open('full', id) }
          : { html: '<p>That code is not right.</p><form method=post>Code <input name=code></form>' },
      'GET /account': () =>
        stage === 'full'
          ? { html: `${USER.username} <form method=post action=/logout><button>Log out</button></form>` }
          : { redirect: stage === 'half' ? '/code' : '/login' },
      'POST /logout': () => {
        if (!forgets) sessions.delete(id)
        return { redirect: '/', cookies: ['tide=; Max-Age=0; Path=/'] }
      },
    }
    return routes[at]?.() ?? { status: 404, html: 'No' }
  }
}

test('one-time codes are of time steps of their own, and what is waited for is told', async (t) => {
  for (const forgets of [false, true]) {
    const time = clock()
    const site = await serve(t, codeSite(time, forgets))
    const { verdict, told, all } = await auditing(site.url, time, { totpSecret: SECRET })
    assert.equal(verdict, forgets ? 'fail' : 'pass')
    assert.match(told[0] ?? '', /^waits 21 s for a one-time code that was not used yet$/)
    assert.ok(!all.includes(SECRET))
  }
})

test('a code that is not taken is said, with the option', async (t) => {
  const time = clock()
  const site = await serve(t, codeSite(time, false))
  await assert.rejects(auditing(site.url, time, { totpSecret: 'MFRGGZDFMZTWQ2LK' }), {
    code: 'sign_in_failed',
    message:
      /^\/code did not take the one-time code \(it says "That code is not right\..*\): check --totp-secret/,
  })
})
