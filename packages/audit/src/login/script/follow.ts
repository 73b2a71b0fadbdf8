import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Answer, Http } from '../../network/http.ts'
import { jsonOf } from '../../network/json.ts'
import { type Visit, visit } from '../../network/pages/navigate.ts'

const LEADING = /^(?:redirect(?:_?(?:to|ur[il]))?|return_?(?:to|url)|next|location|url|goto)$/i

/** Goes on to where a login's JSON answer tells its script to go. */
export async function followScript(http: Http, landed: Visit, jar: BrowserJar): Promise<Visit> {
  const to = leadsTo(landed.final)
  if (to === null || !http.allows(to)) return landed
  const next = await visit(http, { url: to, phase: 'login', jar, from: landed.final.url })
  return { ...next, answers: [...landed.answers, ...next.answers] }
}

function leadsTo(answer: Answer): URL | null {
  const { status, url } = answer
  const data = status >= 400 ? null : jsonOf(answer)
  for (const each of [data, (data as { data?: unknown } | null | undefined)?.data]) {
    if (typeof each !== 'object' || each === null) continue
    for (const [name, value] of Object.entries(each)) {
      const isAddress = typeof value === 'string' && /^(?:\/|https?:)/.test(value)
      if (LEADING.test(name) && isAddress && URL.canParse(value, url)) return new URL(value, url)
    }
  }
  return null
}
