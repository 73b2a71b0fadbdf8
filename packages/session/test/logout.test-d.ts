import { createSessions, memoryStore, type Session } from 'latchkey'
import {
  backChannelLogoutRoute,
  frontChannelLogoutRoute,
  type LogoutProvider,
  providerLogout,
} from 'latchkey/logout'
import { same } from './same.ts'

const sessions = createSessions({ store: memoryStore() })
const provider: LogoutProvider = {
  issuer: 'https://login.example',
  audience: 'shop',
  jwks: 'https://login.example/jwks',
  algorithms: undefined,
}

export function routes(session: Session) {
  const route = backChannelLogoutRoute(sessions, { providers: [provider], maxAge: undefined })
  same<Promise<Response>, ReturnType<typeof route>>()
  frontChannelLogoutRoute(sessions, { issuers: ['https://login.example'] })
  void session.login('alice', { from: { issuer: 'https://login.example', subject: 'a', sid: undefined } })
  // @ts-expect-error: nobody says whom
  void session.login('alice', { from: { issuer: 'https://login.example' } })
  // @ts-expect-error: no provider is known
  backChannelLogoutRoute(sessions, {})
  // @ts-expect-error: no duration
  backChannelLogoutRoute(sessions, { providers: [provider], maxAge: '5 minutes' })
  const endSessionEndpoint = 'https://login.example/end'
  providerLogout({ endSessionEndpoint, clientId: 'shop', returnTo: ['https://shop.example/'] })
  // @ts-expect-error: there must be an address to return to
  providerLogout({ endSessionEndpoint, clientId: 'shop', returnTo: [] })
}
