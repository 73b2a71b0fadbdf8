import { STATUS_CODES } from 'node:http'
import type { EvidenceFile, Exchange } from '../evidence/evidence.ts'
import { version } from '../evidence/version.ts'
import { splitWords } from '../options/words.ts'

const NOT_RECORDED = 'not recorded'
const COMMENT =
  'Redacted: what was secret is shown as <name:fingerprint>. Bodies of answers, most headers, values of cookies that were set and sizes are not recorded.'

/** An HTTP archive (HAR 1.2) of what was sent, with no value of a secret; readable by the network panels of browsers. */
export function renderHar({ target, exchanges }: Pick<EvidenceFile, 'target' | 'exchanges'>): string {
  const started = Date.parse(target.startedAt)
  const log = {
    version: '1.2',
    creator: { name: '@latchkey/audit', version },
    pages: [],
    entries: exchanges.map((exchange) => entryOf(exchange, started)),
    comment: COMMENT,
  }
  return `${JSON.stringify({ log }, null, 2)}\n`
}

function entryOf(exchange: Exchange, started: number): object {
  const { id, phase, sentMs, tookMs } = exchange
  const timed = sentMs === undefined || tookMs === undefined ? `, time ${NOT_RECORDED}` : ''
  return {
    startedDateTime: new Date((Number.isNaN(started) ? 0 : started) + (sentMs ?? 0)).toISOString(),
    time: tookMs ?? 0,
    request: requestOf(exchange),
    response: responseOf(exchange),
    cache: {},
    timings: { send: 0, wait: tookMs ?? 0, receive: 0 },
    comment: `exchange ${id}, ${phase}${timed}`,
  }
}

function requestOf({ method, url, sentCookies, curl }: Exchange): object {
  const { headers, body } = sentBy(curl)
  const address = URL.parse(url)
  const type = headers.find(({ name }) => name === 'Content-Type')?.value
  return {
    method,
    url: address?.href ?? url,
    httpVersion: 'HTTP/1.1',
    cookies: Object.entries(sentCookies).map(([name, print]) => ({ name, value: `<${name}:${print}>` })),
    headers,
    queryString: [...(address?.searchParams ?? [])].map(([name, value]) => ({ name, value })),
    ...(body === null
      ? {}
      : { postData: { mimeType: type ?? body.type, text: body.text, comment: 'values redacted' } }),
    headersSize: -1,
    bodySize: body === null ? 0 : -1,
  }
}

function responseOf({ status, location, setCookies }: Exchange): object {
  return {
    status,
    statusText: STATUS_CODES[status] ?? '',
    httpVersion: 'HTTP/1.1',
    cookies: setCookies.map((name) => ({ name, value: '', comment: `value ${NOT_RECORDED}` })),
    headers: location === null ? [] : [{ name: 'Location', value: location }],
    content: { size: -1, mimeType: 'x-unknown', comment: `body ${NOT_RECORDED}` },
    redirectURL: location ?? '',
    headersSize: -1,
    bodySize: -1,
  }
}

interface Sent {
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly body: { readonly type: string; readonly text: string } | null
}

/** The headers and the body that a curl line of ours shows. */
function sentBy(curl: string): Sent {
  const headers: { name: string; value: string }[] = []
  const fields: string[] = []
  let type = 'application/x-www-form-urlencoded'
  const words = wordsOf(curl)
  for (const [at, word] of words.entries()) {
    const value = words[at + 1] ?? ''
    const colon = value.indexOf(':')
    if (word === '-H') headers.push({ name: value.slice(0, colon), value: value.slice(colon + 1).trim() })
    if (/^--(?:data|data-urlencode|data-binary|form-string)$/.test(word)) fields.push(value)
    if (word === '--form-string') type = 'multipart/form-data'
  }
  return { headers, body: fields.length === 0 ? null : { type, text: fields.join('&') } }
}

/** Evidence may come from anywhere: of a line that no shell would take there is nothing to show. */
function wordsOf(curl: string): readonly string[] {
  try {
    return splitWords(curl, 'the curl line')
  } catch {
    return []
  }
}
