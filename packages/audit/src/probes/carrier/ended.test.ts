import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Routes, serve, type Visit } from '../../../test/serve.ts'
import { loginForm, USER } from '../../../test/session-site.ts'

/** Ends the session that comes without its second cookie; `forgets`: the logout only clears the cookies. */
function strictSite({ forgets = false } = {}): Routes {
  const sessions = new Map<string, string>()
  const open = ({ cookies }: Visit) => {
    const sid = cookies.get('sid') ?? ''
    const right = sessions.has(sid) && sessions.get(sid) === cookies.get('guard')
    if (!right) sessions.delete(sid)
    return right
  }
  return {
    'GET /': () => ({ html: loginForm(), cookies: ['theme=dark'] }),
    'POST /login': ({ form }) => {
      if (form.get('pw') !== USER.password) return { status: 401, html: loginForm() }
      const [sid, guard] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
      sessions.set(sid, guard)
      return { redirect: '/mine', cookies: [`sid=${sid}; HttpOnly`, `guard=${guard}; HttpOnly`] }
    },
    'GET /mine': (visit) =>
      open(visit) ? { html: `${USER.username} <a href="/logout">Log out</a>` } : { redirect: '/' },
    'GET /logout': ({ cookies }) => {
      if (!forgets) sessions.delete(cookies.get('sid') ?? '')
      return { redirect: '/', cookies: ['sid=; Max-Age=0', 'guard=; Max-Age=0'] }
    },
  }
}

test('a trial that ends the session is noticed, and the others are made in a new one', async (t) => {
  const site = await serve(t, strictSite())
  const file = await audit(site.url)
  const { sets, ended, controls } = value(file, 'carrier')
  assert.deepEqual(
    sets.map((set) => [...set].sort()),
    [['guard', 'sid']],
  )
  assert.deepEqual(
    ended?.map(({ sent }) => [...sent].sort()),
    [['sid'], ['sid', 'theme']],
  )
  assert.ok(controls.every(({ held }) => held))
  assert.ok(value(file, 'logout').replays.every(({ seen }) => seen.state === 'anonymous'))
})

test('a logout that only forgets is seen there too', async (t) => {
  const site = await serve(t, strictSite({ forgets: true }))
  const { replays } = value(await audit(site.url), 'logout')
  assert.ok(replays.length > 0 && replays.every(({ seen }) => seen.state === 'signed-in'))
})
