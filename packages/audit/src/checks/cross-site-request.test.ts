import { table } from '../../test/check-table.ts'
import { broken, gathered, held } from '../../test/sample-evidence.ts'
import type { Control, CrossSiteRequestEvidence } from '../evidence/evidence.ts'
import { crossSiteRequest } from './cross-site-request.ts'

type Trial = CrossSiteRequestEvidence['trials'][number]

const trial = (readBack: Trial['readBack'], changes: Partial<Trial> = {}): Trial => ({
  how: 'a form',
  method: 'POST',
  browsers: 'all',
  attached: ['sid'],
  withheld: [],
  status: 303,
  exchange: 12,
  readBack,
  readExchange: 13,
  ...changes,
})
const noCookies: Control = {
  name: 'the same without cookies',
  expected: 'unchanged',
  seen: 'unchanged',
  held: true,
}
const seen = (trials: readonly Trial[], controls: readonly Control[] = [held]) => ({
  crossSiteRequest: gathered({
    action: {
      method: 'POST',
      url: 'https://app.example.com/nickname',
      fields: ['nickname'],
      readUrl: 'https://app.example.com/me',
      find: 'field:nickname',
    },
    trials,
    controls,
  }),
})
const made = (...trials: readonly Trial[]) => seen(trials, [held, noCookies])
const lost: Control = {
  name: 'the value at the end',
  expected: 'the value from before',
  seen: '',
  held: false,
}

table(crossSiteRequest, [
  {
    when: 'nothing of another site changes it',
    says: 'pass',
    about: /adds nothing that carries the session/,
  },
  {
    when: 'the site refuses what goes along',
    evidence: seen([trial('unchanged'), trial('unchanged', { how: 'a link', method: 'GET' })]),
    says: 'pass',
    about: /in none of 2 ways.*refuses them although sid goes along/,
  },
  {
    when: 'only SameSite=Lax stands in the way, which is said',
    evidence: seen([
      trial('unchanged', { attached: [] }),
      trial('unchanged', { how: 'a link', method: 'GET' }),
    ]),
    says: 'pass',
    about: /forms are kept out by SameSite, and whether by more was not seen/,
  },
  {
    when: 'a form changes it',
    evidence: made(trial('changed'), trial('unchanged', { how: 'a link' })),
    says: 'fail',
    severity: 'high',
    about: /changes nickname by a form: the browser sends sid along, in every browser/,
  },
  {
    when: 'a form changes it only where the default is not Lax',
    evidence: made(
      trial('changed', { browsers: 'others' }),
      trial('unchanged', { browsers: 'lax-by-default', attached: [] }),
    ),
    says: 'fail',
    about: /Firefox and Safari, and in Chromium for two minutes after the cookie was set\./,
  },
  {
    when: 'one way works in both kinds of browsers (one finding)',
    evidence: made(
      trial('changed', { browsers: 'others', attached: ['sid', 'other'] }),
      trial('changed', { browsers: 'lax-by-default' }),
    ),
    says: 'fail',
    about: /also in Chromium/,
  },
  {
    when: 'a page of the site goes on where no cookie went along',
    evidence: made(trial('changed', { how: 'a link', method: 'GET', attached: [], withheld: ['sid'] })),
    says: 'fail',
    about: /sends nothing along, and the page that it reaches goes on by itself/,
  },
  {
    when: 'two ways work (two findings)',
    evidence: made(trial('changed'), trial('changed', { how: 'a link', method: 'GET' })),
    says: 'fail',
    findings: 2,
  },
  {
    when: 'it was changed, but nobody asked whether it needs a session',
    evidence: seen([trial('changed')]),
    says: 'inconclusive',
    about: /needs a session was not seen/,
  },
  {
    when: 'it needs no session at all',
    evidence: seen([trial('changed')], [held, { ...noCookies, seen: 'changed', held: false }]),
    says: 'inconclusive',
    about: /the same without cookies/,
  },
  {
    when: 'the site’s own page could not make the change',
    evidence: seen([], [broken]),
    says: 'inconclusive',
  },
  {
    when: 'a control broke before',
    evidence: seen([trial('changed')], [broken, noCookies]),
    says: 'inconclusive',
  },
  {
    when: 'it was changed and could not be put back',
    evidence: seen([trial('changed')], [held, noCookies, lost]),
    says: 'fail',
    about: /could not be put back: do so yourself/,
  },
  {
    when: 'nothing changed it and yet it was not as before',
    evidence: seen([trial('unchanged')], [lost]),
    says: 'inconclusive',
  },
  { when: 'nothing was tried', evidence: seen([]), says: 'inconclusive' },
  {
    when: 'one way left something else',
    evidence: seen([trial('unchanged'), trial('unclear', { how: 'a link' })]),
    says: 'inconclusive',
    about: /after a link/,
  },
])
