import type {
  FramedPage,
  FramingEvidence,
  ReferrerEvidence,
  ReferringPage,
} from '../../evidence/documents.ts'
import type { Answer } from '../../network/http.ts'
import type { ProbeContext } from '../context.ts'
import { targetsOf } from '../exposed/referrer.ts'
import { isTelling, writingsOf } from '../exposed/secret-forms.ts'

/** What pages of the user say to sites that would put them into a frame. */
export async function probeFraming({ http, oracle, landed }: ProbeContext): Promise<FramingEvidence> {
  const own = http.answers.filter(
    (answer) =>
      /^(?:login|signed-in)$/.test(answer.phase) &&
      answer.method === 'GET' &&
      answer.status >= 200 &&
      answer.status < 300 &&
      /html/i.test(answer.headers['content-type'] ?? '') &&
      (answer.url.href === oracle.url.href
        ? oracle.judge(answer) === 'signed-in'
        : answer.exchange === landed?.final.exchange),
  )
  const pages = new Map(own.map((answer) => [answer.url.pathname, framed(http, answer)]))
  return { pages: [...pages.values()] }
}

function framed({ secrets }: ProbeContext['http'], { url, exchange, headers }: Answer): FramedPage {
  return {
    url: secrets.redactUrl(url.href),
    exchange,
    xFrameOptions: headers['x-frame-options'] ?? null,
    csp: headers['content-security-policy'] ?? null,
  }
}

/** Pages that have the session in their own address, and where that goes as a Referer. */
export async function probeReferrer({ http, issued }: ProbeContext): Promise<ReferrerEvidence> {
  const secrets = issued.flatMap((values) => [...values]).filter(([, value]) => isTelling(value))
  const writings = secrets.flatMap(([carrier, value]) =>
    writingsOf(value.replace(/^\S+ +/, ''))
      .filter(({ form }) => form !== 'id' && form !== 'base64')
      .map(({ text }) => ({ carrier, text })),
  )
  const pages = http.answers.filter(
    ({ phase, status, headers }) =>
      /^(?:login|signed-in)$/.test(phase) && status < 300 && /html/i.test(headers['content-type'] ?? ''),
  )
  const found = new Map<string, ReferringPage>()
  for (const answer of pages) {
    const { carrier } = writings.find(({ text }) => answer.url.href.includes(text)) ?? {}
    if (carrier === undefined || found.has(answer.url.pathname)) continue
    const url = http.secrets.redactUrl(answer.url.href)
    found.set(answer.url.pathname, { url, exchange: answer.exchange, carrier, targets: targetsOf(answer) })
  }
  return { pages: [...found.values()], pagesSearched: pages.length }
}
