import type { IdShapeEvidence } from '../../evidence/evidence.ts'
import { describeValue } from '../value.ts'
import { shownBits } from './id-bits.ts'
import { constantPositions, findRegularity } from './id-statistics.ts'
import type { Model } from './prediction/model.ts'
import { predict } from './prediction/predict.ts'

/** NIST SP 800-63B and OWASP ask for 64 bits. */
const ENOUGH_BESIDES = 64

/** What values of one carrier are made of. */
export function describe(
  name: string,
  values: readonly string[],
  model = modelOf(values),
): IdShapeEvidence['carriers'][number] {
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
  const shown = shownBits(values)
  const nominal = Math.min(
    shape.fixedBits ?? Math.floor(varying * width + 1e-9),
    shown === null ? Number.POSITIVE_INFINITY : Math.ceil(shown.most),
  )
  const upTo = regular && nominal > 0 ? ` besides at most ${nominal} bits` : ''
  return {
    ...about,
    format: shape.format,
    selfContained: false,
    nominalBits: nominal,
    constantCharacters: constant,
    // An ID that holds the time beside enough random bits cannot be guessed from it.
    sequence: regular && nominal < ENOUGH_BESIDES ? `${regular.name}${upTo}` : null,
    ...(shown === null ? {} : { shownBits: Math.floor(Math.min(shown.least, nominal)) }),
    prediction: model && {
      how: model.how,
      candidates: model.candidates,
      bits: model.bits,
      asked: 0,
      hits: 0,
    },
  }
}

/** What explains these values, in the order in which they were issued, each once. */
export function modelOf(
  values: readonly string[],
  arrivals: ReadonlyMap<string, number> = new Map(),
): Model | null {
  const shapes = [...new Set(values)].map((value) => ({
    ...describeValue(value),
    at: arrivals.get(value) ?? null,
  }))
  return shapes.some(({ selfContained }) => selfContained) ? null : predict(shapes)
}
