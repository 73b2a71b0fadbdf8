import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noWait, value } from '../../../test/audit-site.ts'
import { serve } from '../../../test/serve.ts'
import { OTHERS } from '../../../test/visitor-others.ts'
import {
  aspnet,
  django,
  express,
  flask,
  java,
  laravel,
  php,
  rails,
  stored,
} from '../../../test/visitor-sessions.ts'
import { type Giver, visitorSite } from '../../../test/visitor-site.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'

const at = { finishedAt: '2026-11-29T12:00:00.000Z' }

/** What each session was proved by, among cookies that are none. */
const SESSIONS: readonly (readonly [style: string, giver: Giver, name: string, provedBy: string])[] = [
  ['express-session', express(), 'connect.sid', 'token'],
  ['express-session without a token', express({ token: false }), 'connect.sid', 'implementation'],
  ['express-session under another name', express({ name: 'shop' }), 'shop', 'token'],
  ['PHP', php(), 'PHPSESSID', 'token'],
  ['PHP without a token', php({ token: false }), 'PHPSESSID', 'implementation'],
  ['PHP in strict mode', php({ strict: true }), 'PHPSESSID', 'token'],
  ['PHP under another name', php({ name: 'shop_sid' }), 'shop_sid', 'token'],
  ['servlets', java(), 'JSESSIONID', 'token'],
  ['Rails', rails(), '_shop_session', 'token'],
  ['Laravel', laravel(), 'laravel_session', 'token'],
  ['ASP.NET', aspnet(), 'ASP.NET_SessionId', 'implementation'],
  ['Flask', flask(), 'session', 'implementation'],
  ['Django', django(), 'sessionid', 'implementation'],
  ['a store of its own', stored(), 'tide', 'issued'],
  ['a store of its own, with a token', stored({ token: true }), 'tide', 'token'],
]

for (const [style, giver, name, provedBy] of SESSIONS) {
  test(`a visitor's session as in ${style} is proved, and judged alone`, async (t) => {
    const others = ['theme', 'analytics', 'double submit under another name', 'balancer'].map(
      (key) => OTHERS[key] as Giver,
    )
    const site = await serve(t, visitorSite(...others, giver))
    const file = await gather({ url: site.url, passive: true }, noWait)
    const { cookies } = value(file, 'visitor')
    const proved = cookies.filter((cookie) => cookie.provedBy !== null)
    assert.deepEqual(
      proved.map((cookie) => [cookie.name, cookie.provedBy]),
      [[name, provedBy]],
      JSON.stringify(cookies.map(({ why }) => why)),
    )
    assert.ok(site.seen.every((each) => each.startsWith('GET ')))
    assert.ok(site.seen.length <= 15, `${site.seen.length} requests`)
    const report = judge(file, at)
    assert.deepEqual(report.visitorSession, [name])
    for (const { id, verdict, reason } of report.checks.filter((check) =>
      /^cookie-(?!secure|secret|tossing)/.test(check.id),
    )) {
      assert.equal(verdict, 'pass', `${id}: ${reason}`)
    }
  })
}

for (const [what, giver] of Object.entries(OTHERS)) {
  test(`a cookie for this is never judged: ${what}`, async (t) => {
    const site = await serve(t, visitorSite(giver))
    const file = await gather({ url: site.url, passive: true }, noWait)
    const { cookies } = value(file, 'visitor')
    assert.equal(cookies.length, 1)
    assert.deepEqual(
      cookies.filter(({ provedBy }) => provedBy !== null).map(({ why }) => why),
      [],
    )
    const judged = judge(file, at).checks.filter(({ verdict }) => verdict === 'fail')
    assert.deepEqual(
      judged.map(({ id }) => id),
      [],
    )
  })
}
