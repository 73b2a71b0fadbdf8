import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { type Choices, sessionSite } from '../../../test/session-site.ts'
import { judge } from '../../judging/judge.ts'

/** A site that wants the user's number in a cookie beside the session, as MediaWiki does. */
function siteWithUserNumber(choices: Choices = {}): Routes {
  const routes = sessionSite(choices) as Record<string, (visit: Visit) => Reply>
  return (visit) => {
    const signingIn = visit.at.startsWith('POST') && visit.form.has('pw')
    const known = signingIn || visit.at !== 'GET /account' || visit.cookies.get('uid') === '1234567890'
    const cookies = known ? visit.cookies : new Map<string, string>()
    const reply = routes[visit.at]?.({ ...visit, cookies }) ?? { status: 404, html: 'No such page' }
    if (!signingIn || reply.redirect === undefined) return reply
    return { ...reply, cookies: [...(reply.cookies ?? []), 'uid=1234567890; Path=/; Max-Age=2592000'] }
  }
}

test('a number that is the same at every login is a companion, and draws no finding', async (t) => {
  const site = await serve(t, siteWithUserNumber({ links: '<a href="/who?uid=1234567890">Who</a>' }))
  const file = await audit(site.url)
  const { sets, companions } = value(file, 'carrier')
  assert.deepEqual([sets.map((set) => [...set].sort()), companions], [[['sid', 'uid']], ['uid']])
  assert.deepEqual(
    value(file, 'idShape').carriers.map(({ name }) => name),
    ['sid'],
  )
  const { checks } = judge(file, { finishedAt: '2026-01-01T00:00:00Z' })
  const about = checks
    .flatMap(({ findings }) => findings)
    .filter(({ where, seen }) => /uid/.test(where + seen))
  assert.deepEqual(about, [])
})

test('fixation is still proved where a companion is needed beside the planted ID', async (t) => {
  const site = await serve(t, siteWithUserNumber({ keepsId: true }))
  const [issued] = value(await audit(site.url), 'fixation').trials
  assert.deepEqual([issued?.names, issued?.replay.state], [['sid'], 'signed-in'])
})

test('where one cookie is enough nothing is a companion', async (t) => {
  const site = await serve(t, sessionSite())
  assert.equal(value(await audit(site.url), 'carrier').companions, undefined)
})
