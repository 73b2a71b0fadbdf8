// Bytes that a guard takes for a token that it has seen, beside what its bound counts for one:
// node --expose-gc bench/tokens/seen-memory.ts
import { setTimeout as pause } from 'node:timers/promises'
import { createSessions, memoryStore } from 'latchkey'
import { testBrowser } from 'latchkey/testing'
import { createTokenGuard, newKeys, tokens } from 'latchkey/tokens'

const issuer = 'https://id.example.com'
const audience = 'https://api.example.com'
const count = 4000
/** Own claims of a token: ten claims in all, forty in all, and two that are extreme. */
const kinds: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'ten claims': { role: 'clerk' },
  'forty claims': Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`claim${at}`, `value ${at}`])),
  'a list of a thousand lists': { lists: Array.from({ length: 1000 }, () => []) },
  'a text of 4700 characters': { text: 'x'.repeat(4700) },
}

async function heap(): Promise<number> {
  const { gc } = globalThis
  if (!gc) throw new Error('Run it with node --expose-gc.')
  for (let times = 0; times < 4; times++) {
    gc()
    await pause(20)
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const keys = await newKeys()
const sessions = createSessions({
  store: memoryStore(),
  tokens: tokens({ issuer, keys }),
  sweepInterval: false,
})
const { session } = await testBrowser().visit(sessions)
await session.login('alice', { methods: ['pwd'] })

for (const [kind, claims] of Object.entries(kinds)) {
  const texts: Buffer[] = []
  for (let at = 0; at < count; at++) {
    const { token } = await session.accessToken({ audience, clientId: 'mobile', scope: ['read'], claims })
    texts.push(Buffer.from(token, 'latin1'))
  }
  const guard = createTokenGuard({ issuer, audience, keys, revocations: 'offline', seenBytes: 2 ** 30 })
  const before = await heap()
  for (const text of texts) await guard.verify(text.toString('latin1'))
  const taken = ((await heap()) - before) / count
  const { length = 0 } = texts[0] ?? {}
  // As seen-tokens.ts counts one.
  const counted = 700 + 4 * length
  console.log(`${kind}, ${length} characters: ${taken.toFixed(0)} bytes an entry, counted as ${counted}`)
  await guard.close()
}
await sessions.close()
