import type { RequestBody } from '../../network/body.ts'
import { type BrowserJar, readCookieHeader } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Page } from '../../network/pages/html.ts'
import { decode } from '../../network/redaction/secrets.ts'
import type { HttpRequest } from '../../network/request.ts'
import { type Member, nameOf, type RecordedRequest, withTexts } from '../../options/recording/requests.ts'
import { csrfHeaders } from '../json.ts'

interface Freshening {
  readonly http: Http
  readonly request: RecordedRequest
  /** The page that is open now. */
  readonly page: Page
  readonly jar: BrowserJar
  /** What other addresses give in place of what was recorded. */
  readonly given: ReadonlyMap<string, string>
  /** What is typed into a member; null for one that nobody types into. */
  readonly typed: (member: Member) => string | null
}

const TOKEN = /csrf|xsrf|authenticity|verificationtoken|nonce|^_?token$/i
/** What the client itself says, and what was of the recorded session. */
const NOT_KEPT =
  /^(?::|sec-|if-|proxy-|(?:host|connection|content-length|content-type|user-agent|accept|accept-encoding|accept-language|cookie|origin|referer|te|dnt|priority|pragma|cache-control|upgrade-insecure-requests|keep-alive|transfer-encoding)$)/

/** A recorded request as it is sent now: nothing of the session that was recorded is left in it. */
export function freshen(
  about: Freshening,
): Pick<HttpRequest, 'url' | 'method' | 'body' | 'headers' | 'script'> {
  const { request, typed, http } = about
  const renew = renewer(about)
  const value = (member: Member): string => {
    const own = typed(member)
    if (own !== null) return own
    const fresh = renew(nameOf(member), member.value)
    if (fresh !== member.value || TOKEN.test(nameOf(member))) http.secrets.add(nameOf(member), fresh)
    return fresh
  }
  const body = request.body && bodyOf(request.body, value)
  return {
    url: request.url,
    method: request.method,
    script: request.body?.type === 'json' || request.headers.has('x-requested-with'),
    headers: headersOf(about, renew),
    ...(body ? { body } : {}),
  }
}

function headersOf({ request, jar, http }: Freshening, renew: Renew): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of request.headers) {
    if (NOT_KEPT.test(name)) continue
    kept[name] = renew(name, value)
    if (/^authorization$|csrf|xsrf|token|key|nonce/.test(name)) http.secrets.add(name, kept[name] ?? '')
  }
  // A script that sends a cookie back does so under this name.
  for (const [name, value] of Object.entries(csrfHeaders(jar, request.url)))
    if (name in kept) kept[name] = value
  return kept
}

function bodyOf(
  { type, members, data }: NonNullable<RecordedRequest['body']>,
  value: (member: Member) => string,
): RequestBody {
  const fields = members.map((member): [string, string] => [nameOf(member), value(member)])
  if (type !== 'json') return { type, fields }
  return {
    type,
    fields,
    written: { contentType: 'application/json', text: JSON.stringify(withTexts(data, value)) },
  }
}

type Renew = (name: string, value: string) => string

/** What stands now where something stood in the recording: in a hidden field, a meta element, a cookie, an answer. */
function renewer({ request, page, jar, given }: Freshening): Renew {
  const hidden = new Map(
    page.forms
      .flatMap(({ fields }) => fields)
      .filter(({ type }) => type === 'hidden')
      .map(({ name, value }) => [name, value]),
  )
  const cookies = readCookieHeader(request.headers.get('cookie') ?? '')
  const now = jar.credentials(request.url)
  return (name, value) => {
    const elsewhere = hidden.get(name) ?? given.get(value)
    if (elsewhere !== undefined) return elsewhere
    const sent = cookies.find(
      (cookie) => cookie.value !== '' && [cookie.value, decode(cookie.value)].includes(value),
    )
    const cookie = sent && now.find((each) => each.name === sent.name)
    if (cookie) return sent.value === value ? cookie.value : decode(cookie.value)
    return TOKEN.test(name) ? (page.csrf?.token ?? value) : value
  }
}
