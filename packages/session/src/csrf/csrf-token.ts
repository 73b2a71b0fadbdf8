import { randomBytes, timingSafeEqual } from 'node:crypto'
import { SessionError } from '../errors.ts'
import { reservedPrefix } from '../record/values/json.ts'
import type { SessionRecord } from '../store.ts'

// NIST SP 800-63B-4 section 5.1 asks for a value in the content of requests that only this session's pages know.
export const csrfKey = `${reservedPrefix}csrf`
const seedBytes = 32

export function mintCsrfSeed(): string {
  return randomBytes(seedBytes).toString('base64url')
}

export function csrfSeedOf(record: SessionRecord | null): string | null {
  return record?.data[csrfKey] ?? null
}

/** The seed under a mask that is new each time, so that compressed answers tell nothing of it (BREACH). */
export function maskCsrfSeed(seed: string): string {
  const mask = randomBytes(seedBytes)
  return Buffer.concat([mask, xor(mask, Buffer.from(seed, 'base64url'))]).toString('base64url')
}

/** The session, as a token needs it. */
interface SeedKeeper {
  readonly record: SessionRecord | null
  /** Stores what `make` makes, asked anew where others have changed the session meanwhile. */
  change(key: string, make: () => string): Promise<string>
}

/** Two pages may ask at once: the seed that is stored first stays, or one page's token would be dead. */
export async function giveCsrfToken(handle: SeedKeeper): Promise<string> {
  const known = csrfSeedOf(handle.record)
  const seed = known ?? (await handle.change(csrfKey, () => csrfSeedOf(handle.record) ?? mintCsrfSeed()))
  return maskCsrfSeed(seed)
}

/** Whether a token was made from this seed; compared in constant time (ASVS 11.2.4). Never throws. */
export function isCsrfTokenOf(token: unknown, seed: string | null): boolean {
  if (typeof token !== 'string' || seed === null) return false
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== 2 * seedBytes) return false
  const unmasked = xor(bytes.subarray(0, seedBytes), bytes.subarray(seedBytes))
  return timingSafeEqual(unmasked, Buffer.from(seed, 'base64url'))
}

/**
 * @param refused called before it throws
 * @throws SessionError `csrf_token_invalid`
 */
export function verifyCsrfToken(token: unknown, record: SessionRecord | null, refused: () => void): void {
  if (isCsrfTokenOf(token, csrfSeedOf(record))) return
  refused()
  throw new SessionError(
    'csrf_token_invalid',
    'This request has no token of its session. Put session.csrfToken() into the form or a header.',
  )
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0)))
}
