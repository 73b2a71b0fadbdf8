import { underLabel } from '../probes/carrier/renamed.ts'
import { probeCookies } from '../probes/headers/cookies.ts'
import { probeFramework } from '../probes/headers/framework.ts'
import { probeSignedCookies } from '../probes/secrets/signed-cookies.ts'
import { VISITOR_REQUESTS } from '../probes/visitor/visitor.ts'
import { asideOf } from './establish.ts'
import { note } from './run.ts'
import { always, type Step } from './step.ts'
import { visitor, visitorsCookies } from './visitor.ts'

const SIGNED_IN = 'is looked at in an audit without an account (--passive)'

/** What is done when all else is: most of it reads what was answered so far. */
export const LAST_STEPS: readonly Step[] = [
  {
    step: 'visitor',
    describes:
      'ask for a page with no cookies, with the own, another client’s and unissued ones; post nothing',
    requests: VISITOR_REQUESTS,
    logins: 0,
    essential: false,
    skip: ({ passive }) => (passive ? null : SIGNED_IN),
    run: visitor,
  },
  {
    step: 'cookies',
    describes: 'read every cookie that was set so far as browsers do',
    requests: 0,
    logins: 0,
    essential: false,
    skip: always,
    run: async (run) => {
      const renamings = run.context?.renamings ?? []
      const cookies = probeCookies(run.http.answers, asideOf(run))
      note(
        run,
        'cookies',
        cookies.map((cookie) => ({ ...cookie, name: underLabel(cookie.name, renamings) })),
      )
    },
  },
  {
    step: 'signedCookies',
    describes: 'try well-known secrets on the signatures of those cookies',
    requests: 0,
    logins: 0,
    essential: false,
    skip: always,
    run: async (run) => note(run, 'signedCookies', probeSignedCookies(run.http.answers, run.context)),
  },
  {
    step: 'framework',
    describes: 'recognise the framework by its default names and headers',
    requests: 0,
    logins: 0,
    essential: false,
    skip: always,
    run: async (run) => {
      const carriers = run.context?.carrier.carriers ?? visitorsCookies(run)
      note(run, 'framework', probeFramework(run.http.answers, carriers))
    },
  },
]
