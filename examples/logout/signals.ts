import type { Sessions } from 'latchkey'
import { globalRevocationRoute, pollSignals, signalsRoute } from 'latchkey/logout'

const providers = [
  { issuer: 'https://id.example.com', audience: 'shop-stream', jwks: 'https://id.example.com/jwks' },
]

/** Which of our users a subject is that no session was signed in as. */
function userOf({ format, email }: { format: string; [member: string]: unknown }): string | null {
  return format === 'email' && email === 'bob@example.com' ? 'bob' : null
}

/** By push: two routes, POST alone. */
export const receive = (sessions: Sessions, transmitter: string, soc: string) => ({
  '/signals': signalsRoute(sessions, { providers, userOf, transmitters: { idp: transmitter } }),
  '/global-token-revocation': globalRevocationRoute(sessions, { providers, userOf, callers: { soc } }),
})

/** By poll: where nobody outside can reach this application. */
export const follow = (sessions: Sessions, token: string) =>
  pollSignals(sessions, {
    ...{ providers, userOf },
    endpoint: 'https://id.example.com/ssf/poll',
    authorization: `Bearer ${token}`,
    interval: '30s',
  })
