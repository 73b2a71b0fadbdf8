import type { IdShapeEvidence } from '../../evidence/evidence.ts'
import type { Answer } from '../../network/http.ts'
import { describe } from '../session-id/id-description.ts'
import type { Tried } from './visitor.ts'

/** What the values are made of that clients without them were given, in their order. */
export function visitorIdShape(answers: readonly Answer[], tried: readonly Tried[]): IdShapeEvidence {
  const names = tried.filter(({ cookie }) => cookie.provedBy !== null).map(({ cookie }) => cookie.name)
  return {
    carriers: names.map((name) => {
      const unasked = answers.filter((answer) => !answer.sentNames.includes(name))
      return describe(
        name,
        unasked.flatMap(
          ({ cookies }) =>
            cookies.findLast((cookie) => cookie.name === name && !cookie.deletion)?.value ?? [],
        ),
      )
    }),
  }
}
