import crypto from 'node:crypto'
import { promisify } from 'node:util'
import { SessionError } from '../errors.ts'
import { createTurns, halfOfThreads } from './password-turns.ts'

/** OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, 2 passes, 1 lane. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1 } as const
const saltBytes = 16
const tagBytes = 32
// NIST SP 800-63B-4 asks for at least 64 characters; a bound keeps a huge body from costing hashing time.
const maxPasswordBytes = 4096
// What a stored hash may ask for, in KiB. The most that is recommended anywhere: 2 GiB in one pass (RFC 9106 section 4),
// 1 GiB in four (libsodium's SENSITIVE). More is a broken hash, or somebody's who wants this process to compute for long.
const maxMemory = 2 ** 21
const maxWork = 2 ** 22
// RFC 9106 section 3.1: 8 KiB for each lane at least.
const minMemoryPerLane = 8

const inTurn = createTurns(halfOfThreads(process.env.UV_THREADPOOL_SIZE))

interface Hash {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
  readonly tag: Buffer
}

/**
 * An argon2id hash in PHC format, with a random salt. Hashes are computed a few at a time, on half of Node's worker
 * threads (`UV_THREADPOOL_SIZE`), so that many sign-ins at once wait for each other and not everything else for them.
 * @throws SessionError `password_too_long` over 4096 bytes, `argon2_unavailable` on a Node without it
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = crypto.randomBytes(saltBytes)
  return format({
    ...parameters,
    salt,
    tag: await derive(password, { ...parameters, salt, tagLength: tagBytes }),
  })
}

/**
 * Whether the password belongs to the hash. Give null for a user who does not exist: it takes the same time, so an
 * attacker cannot tell who has an account.
 * @throws SessionError `password_hash_invalid` if the stored text is not argon2id in PHC format, or asks for more than
 *   2 GiB of memory or for more than 4 GiB in all its passes
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const { memory, passes, parallelism, salt, tag } = stored === null ? nobody : parse(stored)
  // A longer password was never hashed; the same work is done for it all the same.
  const tooLong = Buffer.byteLength(password) > maxPasswordBytes
  const derived = await derive(tooLong ? '' : password, {
    memory,
    passes,
    parallelism,
    salt,
    tagLength: tag.length,
  })
  return crypto.timingSafeEqual(derived, tag) && !tooLong && stored !== null
}

/** Whether a hash was made with less than today's parameters: hash the password again after a login. */
export function needsRehash(stored: string): boolean {
  const { memory, passes, parallelism, salt, tag } = parse(stored)
  return (
    memory < parameters.memory ||
    passes < parameters.passes ||
    parallelism !== parameters.parallelism ||
    salt.length < saltBytes ||
    tag.length < tagBytes
  )
}

// Stands in for the hash of a user who does not exist: the same work, and no password fits it.
const nobody: Hash = {
  ...parameters,
  salt: crypto.randomBytes(saltBytes),
  tag: crypto.randomBytes(tagBytes),
}

interface Derivation {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
  readonly salt: Buffer
  readonly tagLength: number
}

async function derive(password: string, { salt, ...rest }: Derivation): Promise<Buffer> {
  // Read from the module at each call: importing it by name would fail on a Node without it before this can say so.
  if (typeof crypto.argon2 !== 'function') {
    throw new SessionError(
      'argon2_unavailable',
      'There is no argon2 in node:crypto here. Use Node 24.7 or later for latchkey/password.',
    )
  }
  if (Buffer.byteLength(password) > maxPasswordBytes) {
    throw new SessionError('password_too_long', `A password may have at most ${maxPasswordBytes} bytes.`)
  }
  // The same characters typed on another keyboard may be other code points (NIST SP 800-63B-4, section 3.1.1.2).
  const message = password.normalize('NFC')
  const { argon2 } = crypto
  return inTurn(() => promisify(argon2)('argon2id', { message, nonce: salt, ...rest }))
}

function format({ memory, passes, parallelism, salt, tag }: Hash): string {
  const encode = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(salt)}$${encode(tag)}`
}

const phc =
  /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

function parse(stored: string): Hash {
  const [, memory, passes, parallelism, salt, tag] = phc.exec(stored) ?? []
  if (!memory || !passes || !parallelism || !salt || !tag) {
    throw new SessionError(
      'password_hash_invalid',
      'The stored password hash is not argon2id in PHC format ($argon2id$v=19$m=...). Was it written by another library?',
    )
  }
  const hash = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  }
  refuseAbsurd(hash)
  return hash
}

function refuseAbsurd({ memory, passes, parallelism }: Hash): void {
  const isPossible = passes >= 1 && parallelism >= 1 && memory >= minMemoryPerLane * parallelism
  if (isPossible && memory <= maxMemory && memory * passes <= maxWork) return
  throw new SessionError(
    'password_hash_invalid',
    `The stored password hash asks for m=${memory},t=${passes},p=${parallelism}, which is not computed: m is at least ` +
      `${minMemoryPerLane} for each p and at most ${maxMemory}, m times t at most ${maxWork} KiB. Is it damaged?`,
  )
}
