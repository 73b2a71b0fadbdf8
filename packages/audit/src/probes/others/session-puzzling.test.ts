import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'
import type { EvidenceFile } from '../../evidence/evidence.ts'
import { judge } from '../../judging/judge.ts'

const verdict = (file: EvidenceFile) =>
  judge(file, { finishedAt: '' }).checks.find(({ id }) => id === 'session-puzzling')?.verdict

interface Session {
  user?: string
  name?: string
  csrf?: string
}

/** A login over two pages and a form for a forgotten password; either may write where the protected page reads. */
function site({ stepSignsIn = false, forgotSignsIn = false }): Routes {
  const sessions = new Map<string, Session>()
  return ({ at, cookies, form }): Reply => {
    const session = sessions.get(cookies.get('sid') ?? '') ?? {}
    const keep = (next: Session): string[] => {
      const id = randomBytes(16).toString('hex')
      sessions.set(id, next)
      return [`sid=${id}; Path=/; HttpOnly; SameSite=Lax`]
    }
    if (at === 'GET /login')
      return {
        html: '<h1>Sign in</h1><form method=post action=/login><input name=username><button>Next</button></form><a href=/help/password>Forgotten?</a>',
      }
    if (at === 'POST /login') {
      const name = form.get('username') ?? ''
      return {
        html: '<form method=post action=/password><input type=password name=pw><button>Sign in</button></form>',
        cookies: keep(stepSignsIn ? { user: name } : { name }),
      }
    }
    if (at === 'POST /password')
      return session.name === undefined && session.user === undefined
        ? { status: 400, html: 'Begin again' }
        : form.get('pw') === USER.password
          ? { redirect: '/mine', cookies: keep({ user: USER.username }) }
          : { status: 401, html: 'Wrong' }
    if (at === 'GET /help/password')
      return {
        html: '<form method=post action=/help/password><input type=hidden name=csrf value=c-of-this-visitor><input name=mail><button>Send</button></form>',
        cookies: keep({ csrf: 'c-of-this-visitor' }),
      }
    if (at === 'POST /help/password') {
      if (session.csrf === undefined || session.csrf !== form.get('csrf'))
        return { status: 403, html: 'Forged' }
      const name = form.get('mail') ?? ''
      return { html: 'Sent', cookies: keep(forgotSignsIn ? { user: name } : { name }) }
    }
    if (at !== 'GET /mine') return at === 'GET /' ? { redirect: '/login' } : { status: 404, html: 'No' }
    return session.user ? { html: `<h1>${session.user}</h1>` } : { redirect: '/login' }
  }
}

test('the first step of a login is taken by itself, and no form is sent that was not asked for', async (t) => {
  for (const stepSignsIn of [false, true]) {
    const { url, seen } = await serve(t, site({ stepSignsIn, forgotSignsIn: true }))
    const file = await audit(url)
    assert.deepEqual(
      value(file, 'sessionPuzzling').trials.map(({ what, after }) => [what, after.state]),
      [['the user name, and no password', stepSignsIn ? 'signed-in' : 'anonymous']],
    )
    assert.equal(verdict(file), stepSignsIn ? 'fail' : 'pass')
    assert.ok(!seen.includes('POST /help/password'))
  }
})

for (const how of [
  { puzzleRequests: ['POST /help/password mail={{username}}'] },
  { puzzle: true },
] as const) {
  test(`a form that a visitor sends: ${Object.keys(how)}`, async (t) => {
    for (const forgotSignsIn of [false, true]) {
      const { url } = await serve(t, site({ forgotSignsIn }))
      const file = await audit(url, how)
      const named = value(file, 'sessionPuzzling').trials.at(-1)
      assert.equal(named?.what, `POST ${url}/help/password`)
      assert.ok(named?.accepted, 'the token of the form went along')
      assert.equal(verdict(file), forgotSignsIn ? 'fail' : 'pass')
    }
  })
}

test('a request that the site refuses shows nothing', async (t) => {
  const { url } = await serve(t, site({ forgotSignsIn: true }))
  assert.equal(
    verdict(await audit(url, { puzzleRequests: ['POST /elsewhere mail={{username}}'] })),
    'inconclusive',
  )
})
