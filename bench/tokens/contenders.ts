import { createPublicKey, verify } from 'node:crypto'
import { createVerifier } from 'fast-jwt'
import { jwtVerify } from 'jose'
import { createSessions, memoryStore } from 'latchkey'
import { testBrowser } from 'latchkey/testing'
import { createTokenGuard, newKeys, type Revocations, tokens } from 'latchkey/tokens'

const issuer = 'https://id.example.com'
const audience = 'https://api.example.com'

/** Verifies one token after the other; rejects or throws where one is not taken. */
export type Verify = (tokens: readonly string[]) => void | Promise<void>

export interface Contenders {
  /** Each with tokens of its own kind, as an issuer of ours writes them. */
  issue(count: number, characters?: number): Promise<string[]>
  /** The signature by node:crypto itself, and JSON.parse of both parts: nothing is checked. */
  readonly raw: Verify
  /** A guard that has seen nothing, and follows what ends sessions. */
  latchkey(): Verify
  /** The same for what it must refuse: resolves only when it refused all of them with 401. */
  latchkeyRefuses(): Verify
  fastJwt(): Verify
  readonly jose: Verify
}

/** All on the same Ed25519 key, each given it once, in the form that it likes best. */
export async function createContenders(): Promise<Contenders> {
  const keys = await newKeys()
  const issuing = tokens({ issuer, keys })
  const sessions = createSessions({
    store: memoryStore(),
    cookie: { name: '__Host-bench' },
    tokens: issuing,
    sweepInterval: false,
  })
  const published = await issuing.publicJwks()
  const [jwk] = published.keys
  if (!jwk) throw new Error('There is no key.')
  const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  const pem = key.export({ format: 'pem', type: 'spki' }).toString()
  // What a feed is at a hit: a number that is compared. The ended sessions are others.
  const ended = new Set(Array.from({ length: 1000 }, (_, at) => `ended-${at}`))
  const revocations: Revocations = {
    generation: () => ended.size,
    isEnded: ({ sid }) => ended.has(sid),
    close: async () => undefined,
  }
  const guard = () => createTokenGuard({ issuer, audience, keys: published, revocations })

  return {
    async issue(count, characters = 0) {
      const { session } = await testBrowser().visit(sessions)
      await session.login('alice', { methods: ['pwd'] })
      const filled: string[] = []
      for (let at = 0; at < count; at++) {
        const claims = characters > 0 ? { text: 'x'.repeat(characters) } : { role: 'clerk' }
        const { token } = await session.accessToken({ audience, clientId: 'mobile', scope: ['read'], claims })
        filled.push(token)
      }
      return filled
    },
    raw(all) {
      for (const token of all) {
        const end = token.lastIndexOf('.')
        const [head = '', body = ''] = token.slice(0, end).split('.')
        const signature = Buffer.from(token.slice(end + 1), 'base64url')
        if (!verify(null, Buffer.from(token.slice(0, end)), key, signature)) throw new Error('refused')
        JSON.parse(Buffer.from(head, 'base64url').toString())
        JSON.parse(Buffer.from(body, 'base64url').toString())
      }
    },
    latchkey() {
      const { verify } = guard()
      return (all) => {
        for (const token of all) verify(token)
      }
    },
    latchkeyRefuses() {
      const { verify } = guard()
      return (all) => {
        for (const token of all) {
          try {
            verify(token)
          } catch (error) {
            if ((error as { status?: number }).status === 401) continue
            throw error
          }
          throw new Error('it was let in')
        }
      }
    },
    fastJwt() {
      const verify = createVerifier({
        key: pem,
        algorithms: ['EdDSA'],
        allowedIss: issuer,
        allowedAud: audience,
        checkTyp: 'at+jwt',
        cache: true,
      })
      return (all) => {
        for (const token of all) verify(token)
      }
    },
    async jose(all) {
      for (const token of all)
        await jwtVerify(token, key, { issuer, audience, typ: 'at+jwt', algorithms: ['EdDSA'] })
    },
  }
}
