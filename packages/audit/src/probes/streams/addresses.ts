import type { StreamAddress } from '../../network/open-stream.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { readUrl } from '../../options/url.ts'
import type { ProbeContext } from '../context.ts'
import { writtenAddress } from './written-address.ts'

const OPENED = /\bnew\s+(?:window\.|self\.|globalThis\.)?(EventSource|WebSocket)\(/g
const MOST_STREAMS = 2

/** Streams that the user named, else those that the pages and scripts seen so far open. */
export function streamsOf({ options, http, start }: ProbeContext): StreamAddress[] {
  const named = options.streams?.map((text) => addressed(text, start)) ?? []
  if (named.length > 0) return named
  const found = http.answers
    .filter(({ phase, status }) => phase !== 'replay' && status === 200)
    .flatMap((answer) => {
      const isScript = /javascript/i.test(answer.headers['content-type'] ?? '')
      return opened(isScript ? answer.body : pageOf(answer).scripts.text, answer.url)
    })
    .filter(({ url }) => http.allows(url))
  return [...new Map(found.map((each) => [each.url.href, each])).values()].slice(0, MOST_STREAMS)
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
