import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anyone, nicknameAction } from '../../../test/action-site.ts'
import type { Visit } from '../../../test/serve.ts'
import { changed, foreign, tried, value } from '../../../test/try-action.ts'

const json = {
  ...nicknameAction,
  format: 'json',
  readUrl: '/api/mine',
  find: 'json:profile.nickname',
} as const
const inJson = ({ body }: Visit): string | null => /"nickname":"(\w+)"/.exec(body)?.[1] ?? null

test('a multipart form is sent as one, by the site and by others', async (t) => {
  const reads = ({ body }: Visit) => /name="nickname"\r\n\r\n(.*)\r\n/.exec(body)?.[1] ?? null
  const { evidence, site } = await tried(t, { allows: anyone, reads, enctype: 'multipart/form-data' })
  assert.deepEqual(
    changed(evidence).map(({ how }) => how),
    ['a form'],
  )
  assert.match(foreign(site.asked)[0]?.headers['content-type'] ?? '', /^multipart\/form-data; boundary=/)
})

test('what goes by PUT is asked for by _method, as forms have no PUT', async (t) => {
  const reads = (visit: Visit) => {
    if (visit.at === 'PUT /nickname') return inJson(visit)
    return visit.form.get('_method') === 'PUT' ? visit.form.get('nickname') : null
  }
  const { evidence, site } = await tried(t, { allows: anyone, reads }, { action: { ...json, method: 'PUT' } })
  assert.deepEqual(
    changed(evidence).map(({ how }) => how),
    ['a form with _method=PUT'],
  )
  assert.ok(foreign(site.asked).every(({ at }) => !at.startsWith('PUT')))
})

test('a script’s token is sent by the site’s own page alone: from a cookie', async (t) => {
  const { verdict, evidence } = await tried(
    t,
    {
      alsoSets: ({ csrf }) => `XSRF-TOKEN=${csrf}; Path=/`,
      allows: ({ headers }, session) => headers['x-xsrf-token'] === session?.csrf,
      reads: inJson,
    },
    { action: json },
  )
  assert.equal(verdict.verdict, 'pass', verdict.reason)
  assert.ok(value(evidence).trials.length > 0)
})

test('from a meta element, into a header', async (t) => {
  const { verdict } = await tried(
    t,
    {
      hidden: ({ csrf }) => `<meta name=csrf-token content="${csrf}">`,
      allows: ({ headers }, session) => headers['x-csrf-token'] === session?.csrf,
      reads: inJson,
    },
    { action: { ...json, formUrl: '/mine' } },
  )
  assert.equal(verdict.verdict, 'pass', verdict.reason)
})

test('from a meta element, into a form that has no field for it', async (t) => {
  const { verdict } = await tried(t, {
    token: ({ csrf }) =>
      `<meta name=csrf-param content=authenticity_token><meta name=csrf-token content="${csrf}">`,
    allows: ({ form }, session) => form.get('authenticity_token') === session?.csrf,
  })
  assert.equal(verdict.verdict, 'pass', verdict.reason)
})
