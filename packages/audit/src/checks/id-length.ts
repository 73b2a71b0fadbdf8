import type { IdShapeEvidence } from '../evidence/evidence.ts'
import type { Check, Finding } from '../judging/check.ts'
import { fail, inconclusive, listed, pass } from '../judging/verdicts.ts'

type Shape = IdShapeEvidence['carriers'][number]

/** ASVS 5.0, 7.2.3. */
const ENOUGH = 128
/** NIST SP 800-63B-4, 5.1, and OWASP's session management cheat sheet: the least anyone allows. */
const LEAST = 64
/** With fewer samples two characters are often equal by chance, and look constant. */
const TELLING_SAMPLES = 4

export const idLength: Check<'idShape'> = {
  id: 'id-length',
  title: 'The session ID is long and random enough not to be guessed',
  risk: 'An attacker can try or compute IDs until one belongs to somebody, and is then signed in as them.',
  severity: 'high',
  refs: ['WSTG-SESS-01', 'ASVS-7.2.3', 'CWE-331', 'CWE-340'],
  needs: ['idShape'],
  fixes: {
    latchkey: 'Nothing to set: a token holds 384 random bits.',
    'express-session': 'Remove your own `genid`: the default has 192 random bits.',
    'fastify-session': 'Remove your own `idGenerator`: the default has 192 random bits.',
    'koa-session':
      'Let `genid` return `crypto.randomBytes(32).toString("base64url")`: by itself koa-session makes UUIDs.',
    'hono-sessions': 'hono-sessions makes UUIDs: set `encryptionKey`, which seals the ID in the cookie.',
    php: 'Remove `session_id(…)` with a value of your own, and set `session.sid_length = 32` or more.',
    django: 'Use a stock session engine.',
    flask:
      'Flask-Session 0.3 makes UUIDs: set `session.sid = secrets.token_urlsafe(32)` at login, as for fixation.',
    rails: 'Use a stock session store.',
  },

  judge({ idShape: { carriers } }) {
    const references = carriers
      .filter((shape) => !shape.selfContained)
      .filter((shape) => !keepersOf(shape, carriers).some(({ selfContained }) => selfContained))
    if (carriers.length === 0) return inconclusive('no value of the carrier was collected')
    if (references.length === 0) {
      const names = carriers
        .filter(({ selfContained }) => selfContained)
        .map((shape) => `${shape.name} (${shape.format})`)
      return pass(
        `${listed(names)}: a self-contained value; a number of bits says nothing about it, its signature or seal does`,
      )
    }
    const findings = references
      .filter((shape) => !keepersOf(shape, references).some((other) => findingsOf(other).length === 0))
      .flatMap((shape) => (isEnough(shape, references) ? [] : findingsOf(shape)))
    if (findings.length > 0) return fail(findings)
    const few = references.find(
      (shape) =>
        !isGuarded(shape) &&
        (shape.samples === 0 || shape.nominalBits + bitsBeside(shape, references) < ENOUGH),
    )
    if (few !== undefined) {
      return inconclusive(
        `${few.samples} value(s) of ${few.name} are too few to tell which of its characters are constant`,
      )
    }
    return pass(references.map(inWords).join('; '))
  },
}

/** Those that have to be guessed together with it. */
function keepersOf({ beside = [] }: Shape, carriers: readonly Shape[]): Shape[] {
  return carriers.filter(({ name }) => beside.includes(name))
}

function bitsBeside(shape: Shape, carriers: readonly Shape[]): number {
  const guessed = keepersOf(shape, carriers).filter(
    ({ duplicates, sequence }) => duplicates === 0 && sequence === null,
  )
  return guessed.reduce((bits, { nominalBits }) => bits + nominalBits, 0)
}

/** Two halves of an ID need no more bits together than a whole one. */
function isEnough(shape: Shape, carriers: readonly Shape[]): boolean {
  const unpredictable = shape.duplicates === 0 && shape.sequence === null
  return unpredictable && judgedBits(shape) + bitsBeside(shape, carriers) >= ENOUGH
}

function findingsOf(shape: Shape): Finding[] {
  if (shape.duplicates > 0) return [repeated(shape)]
  if (isGuarded(shape)) return []
  if (shape.sequence !== null) return [predictable(shape)]
  if (shape.samples === 0 || judgedBits(shape) >= ENOUGH) return []
  return [tooShort(shape)]
}

/** What stands behind the dot is more than a signature may be, or one that has to be told too: the ID alone opens nothing. */
function isGuarded({ guarded, format }: Shape): boolean {
  return guarded === true && format === 'signed-id'
}

function repeated(shape: Shape): Finding {
  return {
    ...aboutIt(shape),
    kind: 'repeated',
    seen: `${shape.name}: ${shape.duplicates} of the values given to different clients were equal. They share one session, or the generator repeats itself.`,
    severity: 'critical',
  }
}

function predictable(shape: Shape): Finding {
  return {
    ...aboutIt(shape),
    kind: 'predictable',
    seen: `${shape.name} can be predicted: ${shape.sequence}.`,
    severity: 'high',
  }
}

function tooShort(shape: Shape): Finding {
  const bits = Math.floor(shape.nominalBits)
  if (bits < LEAST) {
    return {
      ...aboutIt(shape),
      kind: 'short',
      seen: `${shape.name} has at most ${bits} random bits (${shape.format}, ${shape.length} characters): below the 64 that NIST and OWASP ask for, it can be guessed.`,
      severity: 'high',
    }
  }
  if (shape.format === 'uuid-v4') {
    return {
      ...aboutIt(shape),
      kind: 'short',
      seen: `${shape.name} is a random UUID with 122 random bits: safe in practice, but ASVS asks for 128 and counts no UUID.`,
      severity: 'info',
    }
  }
  return {
    ...aboutIt(shape),
    kind: 'short',
    seen: `${shape.name} has at most ${bits} random bits (${shape.format}, ${shape.length} characters): enough for NIST and OWASP's cheat sheet (64), not for ASVS (128).`,
    severity: 'low',
  }
}

/** With few samples, the bits it would have if no character were constant. */
function judgedBits(shape: Shape): number {
  const varying = shape.length - shape.constantCharacters
  if (shape.samples >= TELLING_SAMPLES || varying <= 0) return shape.nominalBits
  return (shape.nominalBits * shape.length) / varying
}

function aboutIt(shape: Shape): { where: string; fix: string; exchanges: readonly number[] } {
  return {
    where: `cookie ${shape.name}`,
    fix: 'Make IDs from a cryptographic random generator, 16 bytes or more, with nothing derived from user, time or counter.',
    exchanges: [],
  }
}

function inWords(shape: Shape): string {
  if (isGuarded(shape)) return `${shape.name}: the ID in it opens nothing without what stands behind it`
  const seen =
    shape.samples < TELLING_SAMPLES
      ? `only ${shape.samples} value(s) seen, too few to show a pattern`
      : `${shape.samples} values seen, none twice`
  const least =
    shape.shownBits === undefined ? '' : `; their most common bits show at least ${shape.shownBits}`
  return `${shape.name}: at most ${Math.floor(shape.nominalBits)} random bits (${shape.format}; ${seen}${least})`
}
