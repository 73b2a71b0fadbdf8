import type { CookieAttributes } from '../src/evidence/evidence.ts'
import type { Row } from './check-table.ts'
import { broken, carriedBy, cookie, gathered, saw } from './sample-evidence.ts'

/**
 * What every check of cookie attributes must say, given attributes that it faults on a carrier: judged on
 * carriers only, never without their controls.
 */
export function rowsOfAnyCookieCheck(
  bad: Partial<CookieAttributes>,
  rest: { readonly widerThanHost?: boolean } = {},
): readonly Row[] {
  const carrier = carriedBy('sid')
  const set = (name: string, more: Parameters<typeof cookie>[2] = {}) =>
    cookie(name, bad, { ...rest, ...more })
  const empty = 'e3b0c442'
  return [
    { when: 'all is well', says: 'pass' },
    {
      when: 'the carrier set at the login is bad',
      evidence: { carrier: gathered(carrier), cookies: gathered([set('sid')]) },
      says: 'fail',
    },
    {
      when: 'the carrier set before the login is bad and stays',
      evidence: { carrier: gathered(carrier), cookies: gathered([set('sid', { phase: 'anonymous' })]) },
      says: 'fail',
    },
    {
      when: 'two Set-Cookies of one carrier are bad (one finding)',
      evidence: {
        carrier: gathered(carrier),
        cookies: gathered([set('sid'), set('sid', { phase: 'signed-in', exchange: 5 })]),
      },
      says: 'fail',
    },
    {
      when: 'both of two carriers are bad',
      evidence: { carrier: gathered(carriedBy('sid', 'key')), cookies: gathered([set('sid'), set('key')]) },
      says: 'fail',
      findings: 2,
    },
    {
      when: 'the bad cookie of the anonymous visit was replaced at the login',
      evidence: {
        carrier: gathered(carrier),
        cookies: gathered([set('sid', { phase: 'anonymous' }), cookie('sid')]),
      },
      says: 'pass',
    },
    {
      when: 'theme, analytics and CSRF cookies are bad',
      evidence: {
        carrier: gathered(carrier),
        cookies: gathered([cookie('sid'), set('theme'), set('_ga'), set('XSRF-TOKEN'), set('csrftoken')]),
      },
      says: 'pass',
    },
    {
      when: "a visitor's cookie after the logout and an emptied one are bad",
      evidence: {
        carrier: gathered(carrier),
        cookies: gathered([
          cookie('sid'),
          set('sid', { phase: 'logout' }),
          set('sid', { phase: 'replay' }),
          set('sid', { phase: 'signed-in', value: empty }),
        ]),
      },
      says: 'pass',
    },
    {
      when: 'the carrier was never seen being set',
      evidence: { carrier: gathered(carrier), cookies: gathered([set('theme')]) },
      says: 'skipped',
      about: /sid was never seen being set/,
    },
    {
      when: 'one of two carriers was never seen being set',
      evidence: { carrier: gathered(carriedBy('sid', 'key')), cookies: gathered([cookie('sid')]) },
      says: 'inconclusive',
      about: /key was never seen/,
    },
    {
      when: 'the session travels in a header',
      evidence: { carrier: gathered(carriedBy('Authorization')), cookies: gathered([set('theme')]) },
      says: 'skipped',
      about: /Authorization header/,
    },
    {
      when: 'the session travels in a header of the site’s own',
      evidence: {
        carrier: gathered({
          ...carriedBy('X-Auth-Token'),
          headers: [{ name: 'X-Auth-Token', scheme: null }],
        }),
        cookies: gathered([set('X-Auth-Token')]),
      },
      says: 'skipped',
      about: /X-Auth-Token header/,
    },
    {
      when: 'nothing carries the session',
      evidence: {
        carrier: gathered({ ...carrier, carriers: [], sets: [] }),
        cookies: gathered([set('sid')]),
      },
      says: 'inconclusive',
    },
    {
      when: 'a control of the ablation did not hold',
      evidence: {
        carrier: gathered({ ...carrier, controls: [broken] }),
        cookies: gathered([set('sid')]),
      },
      says: 'inconclusive',
      about: /made-up ID/,
    },
    {
      when: 'all cookies together did not sign in',
      evidence: {
        carrier: gathered({ ...carrier, withAll: saw('anonymous') }),
        cookies: gathered([cookie('sid')]),
      },
      says: 'inconclusive',
    },
    {
      when: 'no cookie at all signed in as well',
      evidence: {
        carrier: gathered({ ...carrier, withNone: saw('signed-in') }),
        cookies: gathered([cookie('sid')]),
      },
      says: 'inconclusive',
    },
  ]
}
