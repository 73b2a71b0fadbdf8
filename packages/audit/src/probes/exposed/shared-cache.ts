import { randomBytes } from 'node:crypto'
import { cacheHeadersOf, isFromCache, sharingOf, variesByCookie } from '../../evidence/cacheability.ts'
import type { GivingAnswer, Handed, SharedCacheEvidence } from '../../evidence/shared-cache.ts'
import { NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { underLabel } from '../carrier/renamed.ts'
import { carrierValues, isCompanion, type ProbeContext, replay } from '../context.ts'
import { describeValue } from '../value.ts'
import { namedFile } from '../visitor/files.ts'
import { isTelling } from './secret-forms.ts'

/** Addresses at which it is tried whether a cache hands the cookie out. */
const MOST_TRIED = 2

interface Giving {
  readonly answer: Answer
  readonly cookie: string
  readonly value: string
  readonly gives: GivingAnswer['gives']
  readonly brought: boolean
}

/**
 * Which answers to a GET give what carries the session, and may be kept by a cache that others share; and where one may,
 * whether clients without cookies are given the same there. A file of a page is asked for as the user and as a visitor.
 */
export async function probeSharedCache(context: ProbeContext): Promise<SharedCacheEvidence> {
  const { http } = context
  const file = await askFile(context)
  await askStart(context)
  const asked = http.answers.filter(
    ({ method, phase }) => method === 'GET' && /^(?:anonymous|login|signed-in)$/.test(phase),
  )
  const all = asked.flatMap((answer) => givingOf(context, answer))
  const giving = worstOfEach(all)
  const told: GivingAnswer[] = []
  let left = http.visitor === null ? MOST_TRIED : 0
  for (const each of giving) {
    const tries = left > 0 && isWorthTrying(each, all)
    if (tries) left -= 1
    const gives = tries ? await whose(context, each) : each.gives
    told.push({
      ...cacheHeadersOf(each.answer.headers),
      ...{ url: http.secrets.redactUrl(each.answer.url.href), exchange: each.answer.exchange },
      ...{
        cookie: each.cookie,
        gives,
        brought: each.brought,
        isFile: each.answer.url.pathname === file?.pathname,
      },
      handed: tries ? await tryOut(context, { ...each, gives }) : null,
    })
  }
  return { giving: told, looked: asked.length, fileAsked: file !== null, loginKeepsIds: keptAtLogin(context) }
}

/** Under an address of its own, so that no cache on the way gives what is kept of it to anybody else. */
async function askFile({ http, landed, oracle, jar }: ProbeContext): Promise<URL | null> {
  const pages = [landed?.final, http.answers.findLast(({ url }) => url.href === oracle.url.href)]
  const file = pages.flatMap((page) => (page ? (namedFile(page) ?? []) : []))[0]
  if (file === undefined || !http.allows(file)) return null
  const url = unseen(file)
  await http.send({ url, phase: 'signed-in', jar })
  await http.send({ url, phase: 'anonymous', jar: NO_CREDENTIALS })
  return url
}

/** The page that anybody sees first, as the user sees it: what is kept of it for others may give them the user's session. */
async function askStart({ http, start, jar }: ProbeContext): Promise<void> {
  const isKnown = http.answers.some(
    ({ url, method, phase }) => method === 'GET' && phase === 'signed-in' && url.href === start.href,
  )
  if (!isKnown && http.allows(start)) await http.send({ url: start, phase: 'signed-in', jar })
}

/** What of the session an answer gives. */
function givingOf(context: ProbeContext, answer: Answer): Giving[] {
  const { carrier, renamings } = context
  return answer.cookies.flatMap(({ name, value, deletion }) => {
    const cookie = underLabel(name, renamings)
    if (deletion || !carrier.carriers.includes(cookie) || isCompanion(context, cookie)) return []
    const brought = answer.sentNames.includes(name)
    const isUsers = (brought && answer.phase === 'signed-in') || isOfLogin(context, cookie, value)
    return [{ answer, cookie, value, brought, gives: isUsers ? ('user' as const) : ('visitor' as const) }]
  })
}

/** Of each address and cookie the answer that may be kept, and the user's before a visitor's; who brought it stands apart. */
function worstOfEach(all: readonly Giving[]): readonly Giving[] {
  const ranked = all.toSorted((a, b) => rank(b) - rank(a) || a.answer.exchange - b.answer.exchange)
  const first = new Map<string, Giving>()
  for (const each of ranked) {
    const key = `${each.answer.url.pathname} ${each.cookie} ${each.brought}`
    if (!first.has(key)) first.set(key, each)
  }
  return [...first.values()]
}

function rank({ answer, gives }: Giving): number {
  return (sharingOf(cacheHeadersOf(answer.headers)) === 'allowed' ? 2 : 0) + (gives === 'user' ? 1 : 0)
}

function isWorthTrying(each: Giving, all: readonly Giving[]): boolean {
  const headers = cacheHeadersOf(each.answer.headers)
  if (each.brought && variesByCookie(headers)) return false
  if (sharingOf(headers) === 'allowed' || isFromCache(headers)) return true
  const same = all.filter((other) => other.cookie === each.cookie && other.value === each.value)
  return isIdOfServer(each.value) && same.filter(isFresh).length > 1
}

/** A client that came without any cookie was given it. */
function isFresh({ answer }: Giving): boolean {
  return answer.sentNames.length === 0
}

/** What is complete in itself may be the same for all who have nothing in it. */
function isIdOfServer(value: string): boolean {
  return isTelling(value) && !describeValue(value).selfContained
}

function isOfLogin({ issued }: ProbeContext, cookie: string, value: string): boolean {
  return issued.some((values) => values.get(cookie) === value)
}

/** Who brings a visitor's session, or one that has ended, is given no user's: what no login gave is where it signs in. */
async function whose(context: ProbeContext, { gives, cookie, value }: Giving): Promise<Giving['gives']> {
  const isKnown = gives === 'visitor' || isOfLogin(context, cookie, value)
  const seen = isKnown ? null : await sendAlone(context, cookie, value)
  return seen === null || seen.state === 'signed-in' ? gives : 'visitor'
}

async function tryOut(context: ProbeContext, { answer, cookie, value, gives }: Giving): Promise<Handed> {
  const { http } = context
  const before = http.exchanges.length
  const ask = async (url: URL) => {
    const seen = await http.send({ url, phase: 'anonymous', jar: NO_CREDENTIALS })
    const mine = seen.cookies.findLast(({ name }) => underLabel(name, context.renamings) === cookie)
    return mine === undefined || mine.deletion ? null : mine.value
  }
  const first = await ask(answer.url)
  const second = gives === 'user' ? value : await ask(answer.url)
  const isSame = first !== null && first === second && (gives === 'user' || isIdOfServer(first))
  const past = isSame ? await ask(unseen(answer.url)) : null
  const seen = isSame ? await sendAlone(context, cookie, first) : null
  const exchanges = http.exchanges.slice(before).map(({ id }) => id)
  return { isSame, isNewPastCaches: isSame && past !== first, replay: seen, exchanges }
}

/** Sends what was handed out, beside what else its session needs. */
async function sendAlone(context: ProbeContext, cookie: string, value: string): Promise<Handed['replay']> {
  const { sets } = context.carrier
  const set = sets.find((names) => names.includes(cookie)) ?? [cookie]
  if (set.length > 1) return null
  const own = carrierValues(context, context.jar).find(({ name }) => name === cookie)
  return own === undefined ? null : await replay(context, [{ ...own, value }])
}

function unseen(url: URL): URL {
  const other = new URL(url.href)
  other.searchParams.set('latchkey', randomBytes(4).toString('hex'))
  return other
}

function keptAtLogin({ gathered: { fixation } }: ProbeContext): boolean | null {
  if (fixation?.status !== 'gathered') return null
  const issued = fixation.value.trials.filter(({ variant }) => variant === 'issued')
  return issued.length === 0 ? null : issued.some(({ replay: { state } }) => state === 'signed-in')
}
