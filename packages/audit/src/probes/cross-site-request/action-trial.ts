import type { Control, CrossSiteRequestEvidence } from '../../evidence/evidence.ts'
import { NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import {
  attached,
  sendFromElsewhere,
  suffices,
  type Unspecified,
} from '../../network/cross-site/cross-site.ts'
import type { ProbeContext } from '../context.ts'
import type { Way } from './action-forged.ts'
import type { ActionStage, Reading } from './action-stage.ts'

type Trial = CrossSiteRequestEvidence['trials'][number]

/** The value before the change, and after the site's own page made it. */
export interface Values {
  readonly original: string
  readonly changed: string
}

/**
 * Tries one way in the browsers that add the most cookies (`none`) or, where that makes a difference, the fewest
 * (`lax`); null where it makes none, because then it was tried already.
 */
export async function tryWay(
  { http, carrier }: ProbeContext,
  stage: ActionStage,
  way: Way,
  unspecified: Unspecified,
  values: Values,
): Promise<Trial | null> {
  await stage.signedIn()
  const { jar } = stage
  const { url, method, foreign } = way
  const namesFor = (browsers: Unspecified) =>
    attached(jar, url, method, foreign, browsers).map(({ name }) => name)
  const names = namesFor(unspecified)
  const differs = namesFor('none').length !== namesFor('lax').length
  if (unspecified === 'lax' && !differs) return null
  const goAlong = names.filter((name) => carrier.carriers.includes(name))
  const [first] = await sendFromElsewhere(http, jar, {
    ...way,
    unspecified,
    phase: 'replay',
    keeps: suffices(goAlong, carrier.sets),
  })
  const back = await stage.read()
  return {
    how: way.how,
    method,
    browsers: differs ? (unspecified === 'lax' ? 'lax-by-default' : 'others') : 'all',
    attached: goAlong,
    withheld: carrier.carriers.filter((name) => !goAlong.includes(name)),
    status: first.status,
    exchange: first.exchange,
    readBack: compare(back, values),
    readExchange: back.exchange,
  }
}

/** What anybody can change without a session says nothing about requests of other sites. */
export async function withoutSession(
  { http }: ProbeContext,
  stage: ActionStage,
  { url, method, body, foreign }: Way,
  values: Values,
): Promise<Control> {
  const jar = NO_CREDENTIALS
  await http.send({ url, method, foreign, jar, phase: 'replay', ...(body === undefined ? {} : { body }) })
  const seen = compare(await stage.read(), values)
  return { name: 'the same without cookies', expected: 'unchanged', seen, held: seen === 'unchanged' }
}

function compare({ value }: Reading, { original, changed }: Values): Trial['readBack'] {
  if (value === original) return 'unchanged'
  return value === changed ? 'changed' : 'unclear'
}
