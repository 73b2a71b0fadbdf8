import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { inspect } from '../../../test/behind.ts'
import { type Reply, serve, type Visit } from '../../../test/serve.ts'
import { USER } from '../../../test/session-site.ts'

/** A login that answers with JSON, of which a script of its page makes a cookie. */
function site(script: string, answer: (token: string) => unknown) {
  const ids = new Set<string>()
  return (visit: Visit): Reply => {
    if (visit.at === 'GET /') {
      return {
        html: `<form method=post action=/in><input name=u><input type=password name=p></form><script>${script}</script>`,
      }
    }
    if (visit.at === 'POST /in') {
      if (visit.form.get('p') !== USER.password) return { status: 401, json: { error: 'no' } }
      const id = `${randomBytes(16).toString('hex')} %41`
      ids.add(id)
      return { json: answer(id) }
    }
    if (visit.at !== 'GET /account') return { status: 404, html: 'No' }
    const sent = decodeURIComponent(visit.cookies.get('tide') ?? '')
    return ids.has(sent) ? { html: 'Mine' } : { redirect: '/' }
  }
}

test('a cookie that a script makes of the token in the answer', async (t) => {
  for (const [script, answer] of [
    [
      'f().then(({ token }) => { document.cookie = "tide=" + encodeURIComponent(token) + "; Path=/; SameSite=Lax" })',
      (token: string) => ({ token }),
    ],
    [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the page's script
      'document.cookie = `tide=${encodeURIComponent(r.data.jwt)};path=/`',
      (jwt: string) => ({ data: { jwt } }),
    ],
  ] as const) {
    const { url } = await serve(t, site(script, answer))
    assert.deepEqual((await inspect(url)).carrier.sets, [['tide']])
  }
})

test('a script that keeps something else sets nothing', async (t) => {
  const { url } = await serve(
    t,
    site('document.cookie = "theme=" + theme + "; Path=/"', (token) => ({ token })),
  )
  await assert.rejects(inspect(url), { code: 'sign_in_failed' })
})
