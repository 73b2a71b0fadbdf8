import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { createSessions } from '../create-sessions.ts'
import type { ProviderSession } from '../links/provider-session.ts'
import type { SessionStore } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { testBrowser } from '../testing/browser.ts'
import { fakeClock } from '../testing/clock.ts'
import { brokenStore } from '../testing/wrapped-store.ts'

export const issuer = 'https://id.example.com'
export const clientId = 'shop'

const { publicKey, privateKey } = await generateKeyPair('ES256')
const stranger = await generateKeyPair('ES256')
export const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] }
export const provider = { issuer, audience: clientId, jwks }

type Header = Readonly<Record<string, unknown>>

/** A token of the provider, or by a key that it has never had. */
export function signed(claims: object, header: Header = {}, isStrange = false): Promise<string> {
  return new SignJWT(claims as JWTPayload)
    .setProtectedHeader({ alg: 'ES256', kid: 'one', ...header })
    .sign(isStrange ? stranger.privateKey : privateKey)
}

/** Sessions on a store that can be made to fail, and people who sign in at the provider. */
export function signedInSessions(store: SessionStore = memoryStore()) {
  const clock = fakeClock()
  const warnings: string[] = []
  const broken = brokenStore(store)
  const warn = (message: string) => warnings.push(message)
  const sessions = createSessions({ store: broken, now: clock.now, sweepInterval: false, warn })
  async function signIn(from?: Partial<ProviderSession> | null, userId = 'alice') {
    const browser = testBrowser()
    const visit = await browser.visit(sessions)
    const all = { issuer, subject: 'a', ...from }
    await visit.session.login(userId, from === null ? {} : { from: all })
    visit.respond()
    const session = async () => (await browser.visit(sessions)).session
    return { session, user: async () => (await session()).userId, sid: visit.session.sid ?? '' }
  }
  return { clock, broken, sessions, signIn, warnings }
}

export const seconds = ({ now }: { now(): number }) => Math.floor(now() / 1000)
