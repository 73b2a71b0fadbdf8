import type { CrossSiteRequestEvidence } from '../evidence/evidence.ts'
import type { Check, Finding } from '../judging/check.ts'
import { brokenControl, fail, inconclusive, listed, pass } from '../judging/verdicts.ts'

type Trial = CrossSiteRequestEvidence['trials'][number]

const BROWSERS: Readonly<Record<Trial['browsers'], string>> = {
  all: 'in every browser',
  'lax-by-default': 'also in Chromium, however old the cookie is',
  others: 'in Firefox and Safari, and in Chromium for two minutes after the cookie was set',
}

export const crossSiteRequest: Check<'crossSiteRequest'> = {
  id: 'cross-site-request',
  title: 'A page of another site cannot make the change that was named',
  risk: 'A page of any other site, open in another tab, can make this change in the account of a user who is signed in.',
  severity: 'high',
  refs: ['WSTG-SESS-05', 'ASVS-3.5.1', 'ASVS-3.5.2', 'ASVS-3.5.3', 'CWE-352'],
  needs: ['crossSiteRequest'],
  fixes: {
    latchkey: 'Leave `crossOrigin` on (the default): the adapters refuse unsafe requests of other origins.',
    'express-session':
      'Refuse unsafe requests whose Sec-Fetch-Site or Origin is foreign, or add `csrf-sync`.',
    'cookie-session':
      'Refuse unsafe requests whose Sec-Fetch-Site or Origin is foreign, or add `csrf-csrf` bound to the session.',
    'fastify-session': 'Register `@fastify/csrf-protection` and add `preHandler: app.csrfProtection`.',
    'koa-session': 'Add `koa-csrf`, or refuse unsafe requests whose Sec-Fetch-Site or Origin is foreign.',
    'iron-session': 'Refuse unsafe requests whose Sec-Fetch-Site or Origin is foreign.',
    'hono-sessions': 'Add `app.use(csrf())` of hono/csrf.',
    php: 'Keep a random token in `$_SESSION`, put it into each form and compare it with `hash_equals`; read `$_POST`, never `$_REQUEST`.',
    django: 'Keep `CsrfViewMiddleware`, and put `{% csrf_token %}` into each form.',
    flask: 'Add `CSRFProtect(app)` of Flask-WTF.',
    rails: 'Keep `protect_from_forgery with: :exception`.',
    laravel: 'Keep the route in the web middleware group, and put `@csrf` into each form.',
  },

  judge({ crossSiteRequest: { action, trials, controls } }) {
    const basis = {
      controls,
      exchanges: trials.flatMap(({ exchange, readExchange }) => [exchange, readExchange]),
    }
    const broken = controls.find((control) => !control.held)
    const made = trials.filter(({ readBack }) => readBack === 'changed')
    const proved = made.length > 0 && controls.some(isWithoutSession)
    // That the value could not be put back afterwards takes nothing from what was seen before.
    if (broken !== undefined && !(proved && isAfterwards(broken.name))) {
      return inconclusive(brokenControl(controls) ?? '', basis)
    }
    if (made.length > 0 && !proved)
      return inconclusive('whether the change needs a session was not seen', basis)
    if (made.length > 0) {
      const left = broken === undefined ? '' : ' The value could not be put back: do so yourself.'
      return fail(
        byWay(made).map((same) => findingOf(action, same, left)),
        basis,
      )
    }
    if (trials.length === 0) return inconclusive('no request of another site was tried', basis)
    const unclear = trials.find(({ readBack }) => readBack === 'unclear')
    if (unclear !== undefined) {
      return inconclusive(`after ${unclear.how} the value was neither what it had been nor changed`, basis)
    }
    return pass(reasonOf(action, trials), basis)
  },
}

function isWithoutSession({ name, held }: { readonly name: string; readonly held: boolean }): boolean {
  return name === 'the same without cookies' && held
}

function isAfterwards(name: string): boolean {
  return name === 'the value at the end' || name.startsWith('put back after ')
}

/** The trials of each way, which differ in the browsers. */
function byWay(trials: readonly Trial[]): readonly (readonly Trial[])[] {
  return [...Map.groupBy(trials, ({ how }) => how).values()]
}

function findingOf(
  { method, url, fields }: CrossSiteRequestEvidence['action'],
  trials: readonly Trial[],
  left: string,
): Finding {
  const how = trials[0]?.how ?? ''
  const names = [...new Set(trials.flatMap(({ attached }) => attached))]
  const along =
    names.length === 0
      ? 'nothing along, and the page that it reaches goes on by itself with everything'
      : `${listed(names)} along`
  const where = listed(trials.map(({ browsers }) => BROWSERS[browsers]))
  return {
    where: `${method} ${url}`,
    kind: how,
    seen: `A page of any other site changes ${listed(fields)} by ${how}: the browser sends ${along}, ${where}.${left}`,
    fix: 'Refuse it unless Sec-Fetch-Site or Origin says that it comes from the site itself, or demand a token that is bound to the session and in no cookie alone. Change nothing by GET. SameSite=Lax or Strict is a second line.',
    exchanges: trials.flatMap(({ exchange, readExchange }) => [exchange, readExchange]),
  }
}

function reasonOf({ method, url }: CrossSiteRequestEvidence['action'], trials: readonly Trial[]): string {
  const ways = new Set(trials.map(({ how }) => how)).size
  const guarded = [...new Set(trials.flatMap(({ attached }) => attached))]
  const byPost = trials.filter((trial) => trial.method === 'POST')
  const alone = byPost.length > 0 && byPost.every(({ attached }) => attached.length === 0)
  const why =
    guarded.length === 0
      ? 'a browser adds nothing that carries the session to them'
      : alone
        ? `${listed(guarded)} goes along only with the link, which changes nothing; forms are kept out by SameSite, and whether by more was not seen`
        : `it refuses them although ${listed(guarded)} goes along`
  return `${method} ${url} works from the site’s own page and in none of ${ways} ways that another site has: ${why}`
}
