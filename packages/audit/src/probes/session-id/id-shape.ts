import type { IdShapeEvidence } from '../../evidence/evidence.ts'
import { AUTHORIZATION, BrowserJar, NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import { isRemembered, type ProbeContext, secretValues, signInAgain } from '../context.ts'
import { describeValue } from '../value.ts'
import { constantPositions, findRegularity } from './id-statistics.ts'

type Shape = IdShapeEvidence['carriers'][number]

const WANTED_SAMPLES = 8
/** With fewer nothing can be said about constant parts or sequences; one more login is then worth it. */
const FEWEST_SAMPLES = 3
/** NIST SP 800-63B and OWASP ask for 64 bits. */
const ENOUGH_BESIDES = 64

/** What each carrier's value is made of, and how many bits of it can be random at most. */
export async function probeIdShape(context: ProbeContext): Promise<IdShapeEvidence> {
  const carriers: Shape[] = []
  for (const { name, kind, value } of secretValues(context, context.jar)) {
    const { kind: own, selfContained } = describeValue(value)
    const header = kind === 'header' && name === AUTHORIZATION
    const samples = issuedValues(context, name)
    if (!selfContained && !header) samples.push(...(await collect(context, name, samples.length)))
    if (!selfContained && samples.length < FEWEST_SAMPLES && context.signIn.login !== null) {
      await signInAgain(context, new BrowserJar(), { remember: isRemembered(context) })
      samples.splice(0, samples.length, ...issuedValues(context, name))
    }
    if (samples.length === 0) samples.push(value)
    const alike = samples.filter((sample) => describeValue(sample).kind === own)
    carriers.push(shapeOf(name, alike.length > 0 ? alike : [value]))
  }
  return { carriers }
}

/** One value for each login that was made. */
function issuedValues({ issued }: ProbeContext, name: string): string[] {
  return issued.map((values) => values.get(name)).filter((value) => value !== undefined)
}

/** Values given to visitors, each of whom comes without cookies. */
async function collect({ http, signIn, start }: ProbeContext, name: string, have: number): Promise<string[]> {
  const found: string[] = []
  const urls = [...new Map([signIn.entry, start].map((url) => [url.href, url])).values()]
  for (const url of urls) {
    while (have + found.length < WANTED_SAMPLES) {
      const answer = await http.send({ url, phase: 'anonymous', jar: NO_CREDENTIALS })
      const value = answer.cookies.findLast((cookie) => cookie.name === name && !cookie.deletion)?.value
      if (value === undefined) break
      found.push(value)
    }
  }
  return found
}

/** The shape of a cookie, from the values it was given in their order. */
export function shapeOf(name: string, values: readonly string[]): Shape {
  const distinct = [...new Set(values)]
  const shapes = distinct.map(describeValue)
  const [shape] = shapes.toSorted((a, b) => b.bitsPerCharacter - a.bitsPerCharacter)
  const ids = shapes.map(({ id }) => id)
  const length = Math.max(...distinct.map((value) => value.length))
  const about = { name, samples: distinct.length, length, duplicates: values.length - distinct.length }
  if (shape === undefined || shape.selfContained) {
    const format = shape?.format ?? 'text'
    return { ...about, format, selfContained: true, nominalBits: 0, constantCharacters: 0, sequence: null }
  }
  const width = shape.bitsPerCharacter
  const constant = constantPositions(ids, 2 ** width)
  const longest = Math.max(...ids.map((id) => id.length))
  const regular = findRegularity(ids)
  const varying = Math.max(0, longest - constant - (regular?.characters ?? 0))
  const nominal = shape.fixedBits ?? Math.floor(varying * width + 1e-9)
  const upTo = regular && nominal > 0 ? ` besides at most ${nominal} bits` : ''
  return {
    ...about,
    format: shape.format,
    selfContained: false,
    nominalBits: nominal,
    constantCharacters: constant,
    // An ID that holds the time beside enough random bits cannot be guessed from it.
    sequence: regular && nominal < ENOUGH_BESIDES ? `${regular.name}${upTo}` : null,
  }
}
