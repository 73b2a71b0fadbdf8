import { scriptTexts } from '../../login/script/endpoints.ts'
import type { StreamAddress } from '../../network/open-stream.ts'
import type { Page } from '../../network/pages/html.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { readUrl } from '../../options/url.ts'
import type { ProbeContext } from '../context.ts'
import { writtenAddress } from './written-address.ts'

const OPENED = /\bnew\s+(?:window\.|self\.|globalThis\.)?(EventSource|WebSocket)\(/g
const MOST_STREAMS = 2
/** Once so many scripts were asked for, no other page's are. */
const MOST_SCRIPTS = 4

/** Streams that the user named, else those that the pages seen so far and their scripts open. */
export async function streamsOf(context: ProbeContext): Promise<StreamAddress[]> {
  const { options, http, start } = context
  const named = options.streams?.map((text) => addressed(text, start)) ?? []
  if (named.length > 0) return named
  const seen = inAnswers(context)
  if (seen.length > 0) return seen
  const before = http.exchanges.length
  for (const page of pagesOfUser(context)) {
    if (http.exchanges.length - before < MOST_SCRIPTS) await scriptTexts(http, page)
  }
  return inAnswers(context)
}

function inAnswers({ http, start }: ProbeContext): StreamAddress[] {
  const found = http.answers
    .filter(({ phase, status }) => phase !== 'replay' && status === 200)
    .flatMap((answer) => {
      // A script's addresses are those of the page that it is in.
      const isScript = /javascript/i.test(answer.headers['content-type'] ?? '')
      return isScript ? opened(answer.body, start) : opened(pageOf(answer).scripts.text, answer.url)
    })
    .filter(({ url }) => http.allows(url))
  return [...new Map(found.map((each) => [each.url.href, each])).values()].slice(0, MOST_STREAMS)
}

/** Where a user is after the login, and the page that tells who is signed in; of an application in scripts the start page. */
function pagesOfUser({ http, landed, oracle, start }: ProbeContext): Page[] {
  const own = http.answers.findLast(({ url, phase }) => url.href === oracle.url.href && phase === 'signed-in')
  const first = http.answers.find(({ url, status }) => url.href === start.href && status === 200)
  const answers = [landed?.final, own, first].flatMap((answer) => (answer ? [answer] : []))
  return [...new Map(answers.map((answer) => [answer.url.href, answer])).values()].map(pageOf)
}

function opened(text: string, base: URL): StreamAddress[] {
  return [...text.matchAll(OPENED)].flatMap(({ 0: whole, 1: opens, index }) => {
    const path = writtenAddress(text, index + whole.length)
    if (path === null || !URL.canParse(path, base)) return []
    return [{ kind: opens === 'WebSocket' ? 'websocket' : 'events', url: overHttp(new URL(path, base)) }]
  })
}

function addressed(text: string, start: URL): StreamAddress {
  const kind = /^wss?:/i.test(text) ? 'websocket' : 'events'
  return { kind, url: readUrl(text.replace(/^ws/i, 'http'), '--stream', start) }
}

function overHttp(url: URL): URL {
  return new URL(url.href.replace(/^ws/i, 'http'))
}
