import type { FoundSecret, Phase, SignedCookie, SignedCookiesEvidence } from '../../evidence/evidence.ts'
import type { Answer } from '../../network/http.ts'
import { decode } from '../../network/redaction/secrets.ts'
import { type Renaming, underLabel } from '../carrier/renamed.ts'
import type { ProbeContext } from '../context.ts'
import { encryptedBy, heldTokens } from '../tokens/jws.ts'
import type { GivenCookie, Reader, Way } from './format.ts'
import { JAVASCRIPT } from './javascript.ts'
import { KNOWN_SECRETS, knownSecret } from './known-secrets.ts'
import { laravel } from './laravel.ts'
import { PYTHON } from './python.ts'
import { RUBY } from './ruby.ts'

/** Browsers keep no longer ones. */
const LONGEST = 4096
const READERS: readonly Reader[] = [laravel, ...RUBY, ...PYTHON, ...JAVASCRIPT]

interface Held {
  readonly name: string
  readonly value: string
  readonly beside: ReadonlyMap<string, string>
  readonly exchange: number
}

/** Which of the cookies that were given so far a well-known secret has signed. Sends nothing. */
export function probeSignedCookies(
  answers: readonly Answer[],
  context: ProbeContext | null,
): SignedCookiesEvidence {
  const newest = new Map<string, Held>()
  // What a replay is answered with may be what we made up; what a user was given outweighs what a visitor was.
  const to = (...phases: readonly Phase[]) =>
    answers.filter(({ phase }) => phases.includes(phase)).flatMap(givenBy)
  for (const held of [...to('anonymous'), ...to('login', 'signed-in'), ...heldIn(context)]) {
    newest.set(held.name, held)
  }
  const renamings = context?.renamings ?? []
  return { cookies: [...newest.values()].flatMap((held) => judgeOne(held, renamings)) }
}

function givenBy({ cookies, exchange }: Answer): Held[] {
  const given = cookies.filter(({ deletion }) => !deletion)
  const beside = new Map(given.map(({ name, value }) => [name, value]))
  return given.map(({ name, value }) => ({ name, value, beside, exchange }))
}

/** What the user handed over instead of a password was given by no answer. */
function heldIn(context: ProbeContext | null): Held[] {
  if (context === null || context.signIn.given === null) return []
  const held = context.jar.credentials(context.oracle.url).filter(({ kind }) => kind === 'cookie')
  const beside = new Map(held.map(({ name, value }) => [name, value]))
  const exchange = context.oracle.evidence.signedIn[0]?.exchange ?? 1
  return held.map(({ name, value }) => ({ name, value, beside, exchange }))
}

function judgeOne({ name, value, beside, exchange }: Held, renamings: readonly Renaming[]): SignedCookie[] {
  // Tokens have a check of their own.
  if (value.length > LONGEST || heldTokens(value).length > 0 || encryptedBy(value) !== null) return []
  const plain = decode(value).replace(/^"(.*)"$/s, '$1')
  const cookie: GivenCookie = { name, raw: value, value: plain, beside: (other) => beside.get(other) }
  for (const read of READERS) {
    const signed = read(cookie)
    if (signed === null) continue
    const { format, holds, looksUp, ways } = signed
    const tried = KNOWN_SECRETS.length
    const about = { format, holds, looksUp, secret: firstFound(ways), secretsTried: tried, exchange }
    return [{ name: underLabel(name, renamings), ...about }]
  }
  return []
}

/** The ways are tried one after the other: some derive a key with a thousand rounds for each secret. */
function firstFound(ways: readonly Way[]): FoundSecret | null {
  for (const { as, fits } of ways) {
    const known = knownSecret(fits)
    if (known !== null) return { ...known, as }
  }
  return null
}
