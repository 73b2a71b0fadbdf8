import { type NodeSite, nodeSite } from './apps/node-http.ts'
import { httpsSite } from './apps/node-https.ts'
import { socketSite } from './apps/node-socket.ts'
import { hardened, type Options, type Start, signIn, vulnerable } from './describe.ts'
import { listen } from './serve/listen.ts'
import { movedClock } from './serve/moved-clock.ts'
import type { Twin } from './twin.ts'

const streaming: Options = (url) => ({ ...signIn(url), streamWait: 1 })
const withTimeouts: Options = (url) => ({
  ...signIn(url),
  idleTimeout: 30 * 60,
  absoluteTimeout: 8 * 3600,
})
const everywhere: Options = (url) => ({ ...signIn(url), logoutEverywhere: true })
const expectingTwo: Options = (url) => ({ ...signIn(url), expectSessions: 2 })

function node(site: NodeSite): Start {
  return () => listen(nodeSite(site))
}

function timed(fault: NodeSite['fault']): Start {
  return async () => {
    const clock = movedClock()
    return { ...(await listen(nodeSite({ fault, clock: clock.now }))), clock }
  }
}

/** Sites whose sessions are a table written by hand. */
export const nodeTwins: readonly Twin[] = [
  hardened('node:http/hardened', node({ fault: null })),
  vulnerable('node:http/id-in-url', ['id-in-url'], node({ fault: 'id-in-url' })),
  vulnerable('node:http/referrer-leak', ['referrer-leak', 'id-in-url'], node({ fault: 'referrer-leak' })),
  vulnerable('node:http/id-exposed', ['id-exposed'], node({ fault: 'id-exposed' })),
  vulnerable('node:http/id-length', ['id-length'], node({ fault: 'id-length' })),
  vulnerable('node:http/id-counts', ['id-length', 'id-predictable'], node({ fault: 'id-counts' })),
  vulnerable('node:http/id-clock', ['id-length', 'id-predictable'], node({ fault: 'id-clock' })),
  vulnerable('node:http/logout', ['logout'], node({ fault: 'logout' })),
  vulnerable('node:http/login-csrf', ['login-csrf'], node({ fault: 'login-csrf' })),
  hardened('node:http/hardened-stream', node({ fault: null, stream: true }), streaming),
  vulnerable(
    'node:http/stream-outlives-logout',
    ['stream-outlives-logout'],
    node({ fault: 'stream-outlives-logout', stream: true }),
    streaming,
  ),
  hardened('node:http socket/hardened', () => socketSite({ fault: null }), streaming),
  vulnerable(
    'node:http socket/stream-outlives-logout',
    ['stream-outlives-logout'],
    () => socketSite({ fault: 'stream-outlives-logout' }),
    streaming,
  ),
  hardened('node:https/hardened', () => httpsSite({ fault: null })),
  vulnerable('node:https/downgrade', ['downgrade', 'cookie-secure', 'transport', 'cookie-tossing'], () =>
    httpsSite({ fault: 'downgrade' }),
  ),
  hardened('node:http/hardened-everywhere', node({ fault: null, everywhere: true }), everywhere),
  vulnerable(
    'node:http/bulk-revoke',
    ['bulk-revoke'],
    node({ fault: 'bulk-revoke', everywhere: true }),
    everywhere,
  ),
  vulnerable('node:http/logout-in-flight', ['logout-in-flight'], node({ fault: 'logout-in-flight' })),
  vulnerable('node:http/late-answer', ['late-answer'], node({ fault: 'late-answer' })),
  vulnerable('node:http/logout-get', ['logout-get'], node({ fault: 'logout-get' })),
  hardened('node:http/hardened-two-sessions', node({ fault: null, limit: 2 }), expectingTwo),
  vulnerable(
    'node:http/concurrent-sessions',
    ['concurrent-sessions'],
    node({ fault: 'concurrent-sessions', limit: 2 }),
    expectingTwo,
  ),
  vulnerable('node:http visitors/id-hash', ['id-predictable'], node({ fault: 'id-hash', visitors: true })),
  hardened('node:http timed/hardened', timed(null), withTimeouts),
  vulnerable('node:http timed/idle-timeout', ['idle-timeout'], timed('idle-timeout'), withTimeouts),
  vulnerable(
    'node:http timed/absolute-timeout',
    ['absolute-timeout'],
    timed('absolute-timeout'),
    withTimeouts,
  ),
  vulnerable('node:http/fixation-chosen-id', ['fixation', 'strict-ids'], node({ fault: 'chosen-id' })),
  hardened('node:http visitors/hardened', node({ fault: null, visitors: true })),
  vulnerable(
    'node:http visitors/fixation-old-id-kept',
    ['fixation'],
    node({ fault: 'old-id-kept', visitors: true }),
  ),
  vulnerable(
    'node:http visitors/shared-cache',
    ['shared-cache'],
    node({ fault: 'shared-cache', visitors: true }),
  ),
  vulnerable('node:http visitors/strict-ids', ['strict-ids'], node({ fault: 'strict-ids', visitors: true })),
  vulnerable(
    'node:http visitors/id-counts',
    ['id-length', 'id-predictable'],
    node({ fault: 'id-counts', visitors: true }),
  ),
]
