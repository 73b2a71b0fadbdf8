import type { IdShapeEvidence } from '../../evidence/evidence.ts'
import { BrowserJar, NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { underLabel } from '../carrier/renamed.ts'
import { isRemembered, type ProbeContext, secretValues, signInAgain } from '../context.ts'
import { askKnown, isAsVisitorsKnow } from '../known-page.ts'
import { describeValue } from '../value.ts'
import { isGuarded } from './guarded.ts'
import { describe, modelOf } from './id-description.ts'
import { describeTogether } from './id-together.ts'
import type { Model } from './prediction/model.ts'

type Shape = IdShapeEvidence['carriers'][number]

/** What is collected where nobody asks for more. */
export const USUAL_SAMPLES = 8
/** With fewer nothing can be said about constant parts or sequences; one more login is then worth it. */
const FEWEST_SAMPLES = 3

/** What each carrier's value is made of, and how many bits of it can be random at most. */
export async function probeIdShape(context: ProbeContext): Promise<IdShapeEvidence> {
  const carriers: Shape[] = []
  for (const { name, kind, value } of secretValues(context, context.jar)) {
    const { kind: own, selfContained } = describeValue(value)
    let samples = seenValues(context, name)
    const arrivals = new Map<string, number>()
    if (!selfContained && kind === 'cookie') {
      // Of some it has to be known when they came: see hashes.ts.
      const have = Math.min(samples.length, samplesWanted(context) - FEWEST_SAMPLES)
      samples.push(...(await collect(context, name, have, arrivals)))
    }
    if (!selfContained && samples.length < FEWEST_SAMPLES && context.signIn.login !== null) {
      await signInAgain(context, new BrowserJar(), { remember: isRemembered(context) })
      samples = seenValues(context, name)
    }
    if (samples.length === 0) samples.push(value)
    const alike = samples.filter((sample) => describeValue(sample).kind === own)
    carriers.push(await described(context, name, { values: alike.length > 0 ? alike : [value], arrivals }))
  }
  return { carriers: describeTogether(context, carriers) }
}

/** A blind hit is less probable than this, in bits, before one says that the ID was told. */
const SURE = 40
const MOST_TELLINGS = 5
/** ASVS 5.0, 7.2.3. */
const ENOUGH = 128

/** What explains the values is held against the next: told first, and then asked for. */
async function described(
  context: ProbeContext,
  name: string,
  { values, arrivals }: { values: readonly string[]; arrivals: Map<string, number> },
): Promise<Shape> {
  const seen = [...values]
  let model = modelOf(values, arrivals)
  const shape = describe(name, values, model)
  if (isTellable(shape) && (await isGuarded(context, name))) return { ...shape, guarded: true }
  if (!shape.prediction) return shape
  let [asked, hits] = [0, 0]
  let exchange: number | undefined
  while (model !== null && asked < MOST_TELLINGS && hits * surenessOf(model) < SURE) {
    const next = await nextValue(context, name, arrivals)
    if (next === null) break
    asked += 1
    if (!model.has(describeValue(next).id)) break
    hits += 1
    exchange = context.http.exchanges.length
    seen.push(next)
    model = modelOf(seen, arrivals)
  }
  return { ...shape, prediction: { ...shape.prediction, asked, hits, ...(exchange ? { exchange } : {}) } }
}

/** Something is to be said against the ID. */
function isTellable({ prediction, sequence, nominalBits }: Shape): boolean {
  return Boolean(prediction) || sequence !== null || nominalBits < ENOUGH
}

function surenessOf({ bits, candidates }: Model): number {
  return bits - Math.log2(candidates)
}

/** As a visitor is given it, else by a login; null where none is. */
async function nextValue(
  context: ProbeContext,
  name: string,
  arrivals: Map<string, number>,
): Promise<string | null> {
  const [given] = await collect(context, name, samplesWanted(context) - 1, arrivals)
  if (given !== undefined || context.signIn.login === null) return given ?? null
  const { jar } = await signInAgain(context, new BrowserJar(), { remember: isRemembered(context) })
  return secretValues(context, jar).find((value) => value.name === name)?.value ?? null
}

function samplesWanted({ options }: ProbeContext): number {
  return options.idSamples ?? USUAL_SAMPLES
}

/** One value for each login that was made. */
function issuedValues({ issued }: ProbeContext, name: string): string[] {
  return issued.map((values) => values.get(name)).filter((value) => value !== undefined)
}

/**
 * Those, and what the pages for visitors gave so far to clients that came without it, in the order of issue. Nothing
 * else asks for those pages side by side, so that the order is known.
 */
function seenValues(context: ProbeContext, name: string): string[] {
  const { answers } = context.http
  const logins = issuedValues(context, name)
  const samples = logins.map((value) => ({
    value,
    at: answers.findIndex(({ cookies }) => cookies.some((cookie) => cookie.value === value)),
  }))
  for (const [at, answer] of answers.entries()) {
    const value = given(context, answer, name)
    // A login may keep the ID of the visit.
    if (value === undefined || logins.includes(value) || !isOfVisitor(context, answer, name)) continue
    samples.push({ value, at })
  }
  return samples.sort((a, b) => a.at - b.at).map(({ value }) => value)
}

function isOfVisitor(context: ProbeContext, { method, url, sentNames }: Answer, name: string): boolean {
  const isPage = method === 'GET' && pagesForVisitors(context).some(({ href }) => href === url.href)
  return isPage && !sentNames.some((sent) => underLabel(sent, context.renamings) === name)
}

function given({ renamings }: ProbeContext, { cookies }: Answer, name: string): string | undefined {
  return cookies.findLast((cookie) => underLabel(cookie.name, renamings) === name && !cookie.deletion)?.value
}

function pagesForVisitors({ signIn, start }: ProbeContext): URL[] {
  return [...new Map([signIn.entry, start].map((url) => [url.href, url])).values()]
}

/** Values given to visitors, each of whom comes without cookies. */
async function collect(
  context: ProbeContext,
  name: string,
  have: number,
  arrivals: Map<string, number>,
): Promise<string[]> {
  const isIt = (answer: Answer) =>
    given(context, answer, name) !== undefined || isAsVisitorsKnow(context, answer)
  const found: string[] = []
  for (const url of pagesForVisitors(context)) {
    if (givesNone(context, url, name)) continue
    while (have + found.length < samplesWanted(context)) {
      const answer = await askKnown(context, url, NO_CREDENTIALS, { phase: 'anonymous', isIt })
      const value = given(context, answer, name)
      if (value === undefined) break
      found.push(value)
      arrivals.set(value, Date.now())
    }
  }
  return found
}

/** Whether a page gave none to several who came without it. */
function givesNone(context: ProbeContext, url: URL, name: string): boolean {
  const asked = context.http.answers.filter(
    (answer) => answer.url.href === url.href && isOfVisitor(context, answer, name),
  )
  return asked.length > 1 && asked.every((answer) => given(context, answer, name) === undefined)
}
