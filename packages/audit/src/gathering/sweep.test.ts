import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Routes } from '../../test/serve.ts'
import { accountPage, sessionSite } from '../../test/session-site.ts'
import { type Sweep, sweep } from '../../test/sweep.ts'

/** Whatever comes in place of one of a site's answers, no verdict becomes another one than inconclusive. */

const hardened = (): Routes =>
  sessionSite({ account: (session) => ({ html: accountPage(session), headers: NO_STORE }) })

const vulnerable = (): Routes => ({
  ...sessionSite({ keepsId: true, logoutForgets: true, idInUrl: true, attributes: 'Path=/' }),
  'GET /logout': () => ({ redirect: '/', cookies: ['sid=; Path=/; Max-Age=0'] }),
})

const NO_STORE = { 'cache-control': 'no-store' }

/** Each answer is replaced by one of the kinds in its turn; `stride: 1` tries them all, which takes minutes. */
const SWEEPS: readonly (readonly [string, Omit<Sweep, 'makeRoutes'>])[] = [
  ['one answer', { kinds: ['firewall', 'someone-else', 'unavailable', 'cut'], lengths: [1], stride: 6 }],
  ['three in a row', { kinds: ['firewall', 'someone-else'], lengths: [3], stride: 6 }],
  ['one that comes too late', { kinds: ['late'], lengths: [1], stride: 60 }],
]

for (const [site, makeRoutes] of Object.entries({ hardened, vulnerable })) {
  for (const [what, how] of SWEEPS) {
    test(`${site} site, ${what}`, async (t) => {
      assert.deepEqual(await sweep(t, { makeRoutes, ...how }), [])
    })
  }
}
