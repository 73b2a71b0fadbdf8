import type { IdShapeEvidence } from '../../evidence/evidence.ts'
import { BrowserJar, NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { underLabel } from '../carrier/renamed.ts'
import { isRemembered, type ProbeContext, secretValues, signInAgain } from '../context.ts'
import { askKnown, isAsVisitorsKnow } from '../known-page.ts'
import { describeValue } from '../value.ts'
import { describe } from './id-description.ts'
import { describeTogether } from './id-together.ts'

type Shape = IdShapeEvidence['carriers'][number]

const WANTED_SAMPLES = 8
/** With fewer nothing can be said about constant parts or sequences; one more login is then worth it. */
const FEWEST_SAMPLES = 3

/** What each carrier's value is made of, and how many bits of it can be random at most. */
export async function probeIdShape(context: ProbeContext): Promise<IdShapeEvidence> {
  const carriers: Shape[] = []
  for (const { name, kind, value } of secretValues(context, context.jar)) {
    const { kind: own, selfContained } = describeValue(value)
    const samples = issuedValues(context, name)
    if (!selfContained && kind === 'cookie') samples.push(...(await collect(context, name, samples.length)))
    if (!selfContained && samples.length < FEWEST_SAMPLES && context.signIn.login !== null) {
      await signInAgain(context, new BrowserJar(), { remember: isRemembered(context) })
      samples.splice(0, samples.length, ...issuedValues(context, name))
    }
    if (samples.length === 0) samples.push(value)
    const alike = samples.filter((sample) => describeValue(sample).kind === own)
    carriers.push(describe(name, alike.length > 0 ? alike : [value]))
  }
  return { carriers: describeTogether(context, carriers) }
}

/** One value for each login that was made. */
function issuedValues({ issued }: ProbeContext, name: string): string[] {
  return issued.map((values) => values.get(name)).filter((value) => value !== undefined)
}

/** Values given to visitors, each of whom comes without cookies. */
async function collect(context: ProbeContext, name: string, have: number): Promise<string[]> {
  const { signIn, start, renamings } = context
  const valueIn = ({ cookies }: Answer) =>
    cookies.findLast((cookie) => underLabel(cookie.name, renamings) === name && !cookie.deletion)?.value
  const isIt = (answer: Answer) => valueIn(answer) !== undefined || isAsVisitorsKnow(context, answer)
  const found: string[] = []
  const urls = [...new Map([signIn.entry, start].map((url) => [url.href, url])).values()]
  for (const url of urls) {
    while (have + found.length < WANTED_SAMPLES) {
      const value = valueIn(await askKnown(context, url, NO_CREDENTIALS, { phase: 'anonymous', isIt }))
      if (value === undefined) break
      found.push(value)
    }
  }
  return found
}
