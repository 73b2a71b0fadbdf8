import type { CarrierSet, IdShapeEvidence } from '../../evidence/evidence.ts'
import { isCompanion, type ProbeContext } from '../context.ts'
import { describe } from './id-description.ts'

type Shape = IdShapeEvidence['carriers'][number]

/** What ends the name of a part: `session.0`, `session-1`, `CookiesC2`. */
const PART = /[._-]?C?\d+$/

/**
 * Of carriers that only work together, the parts of one value as the one that they make, and of the others which has to
 * be guessed beside which.
 */
export function describeTogether(context: ProbeContext, carriers: readonly Shape[]): Shape[] {
  const alone = context.carrier.sets.filter(({ length }) => length === 1).flat()
  let shapes = [...carriers]
  for (const set of context.carrier.sets) {
    const names = set.filter((name) => !isCompanion(context, name) && !alone.includes(name))
    if (names.length < 2 || !names.every((name) => shapes.some((shape) => shape.name === name))) continue
    const whole = isInParts(names) ? joined(context, names) : null
    if (whole !== null) shapes = [...shapes.filter(({ name }) => !names.includes(name)), whole]
    else shapes = shapes.map((shape) => (names.includes(shape.name) ? besides(shape, names) : shape))
  }
  return shapes
}

function besides(shape: Shape, names: CarrierSet): Shape {
  return { ...shape, beside: names.filter((name) => name !== shape.name) }
}

function isInParts(names: CarrierSet): boolean {
  return new Set(names.map((name) => name.replace(PART, ''))).size === 1
}

function joined({ issued }: ProbeContext, names: CarrierSet): Shape | null {
  const order = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  const values = issued
    .filter((login) => order.every((name) => login.has(name)))
    .map((login) => order.map((name) => login.get(name)).join(''))
  return values.length === 0 ? null : describe(order.join(' + '), values)
}
