import type { RequestBody } from '../../network/body.ts'
import { setCookieOf } from '../../network/cookies/stored.ts'
import type { Answer } from '../../network/http.ts'
import type { Secrets } from '../../network/redaction/secrets.ts'
import type { HttpRequest } from '../../network/request.ts'
import { nameOf, readBody } from '../../options/recording/requests.ts'

/** A request that Chromium holds back (Fetch.requestPaused of its DevTools protocol). */
export interface Paused {
  readonly requestId: string
  readonly networkId?: string
  readonly resourceType: string
  readonly request: {
    readonly url: string
    readonly method: string
    readonly headers: Readonly<Record<string, string>>
    readonly postData?: string
    readonly postDataEntries?: readonly { readonly bytes?: string }[]
  }
}

/** What a login needs of a page: neither pictures nor fonts, and no word to whoever counts visits. */
const WANTED = /^(?:Document|Script|Stylesheet|XHR|Fetch)$/
/** What the auditor says by itself, and what was of the browser's own connection. */
const NOT_KEPT =
  /^(?:cookie|host|user-agent|content-length|content-type|connection|accept-encoding|accept-language|origin|referer|sec-.*)$/i
const SECRET = /^authorization$|csrf|xsrf|token|key|nonce/i
const DESTINATIONS: Readonly<Record<string, string>> = { Script: 'script', Stylesheet: 'style' }

/** What each picture is answered, without asking for it: some pages show their login once their logo has loaded. */
export const EMPTY_PICTURE = {
  responseCode: 200,
  responseHeaders: [{ name: 'content-type', value: 'image/gif' }],
  body: 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
}

export function isWanted({ resourceType }: Paused): boolean {
  return WANTED.test(resourceType)
}

export function bodyTextOf({ request: { postData, postDataEntries = [] } }: Paused): string {
  const parts = postDataEntries.flatMap(({ bytes }) =>
    bytes === undefined ? [] : [Buffer.from(bytes, 'base64')],
  )
  return parts.length > 0 ? Buffer.concat(parts).toString() : (postData ?? '')
}

/** The same request, as the auditor sends it. */
export function requestOf(paused: Paused, secrets: Secrets): Omit<HttpRequest, 'jar'> {
  const { request, resourceType } = paused
  const url = new URL(request.url)
  url.hash = ''
  const given = Object.entries(request.headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    value,
  ])
  for (const [name, value] of given) if (SECRET.test(name)) secrets.add(name, value.replace(/^\w+ /, ''))
  const from = URL.parse(new Map(given).get('referer') ?? '')
  const destination = DESTINATIONS[resourceType]
  const body = bodyOf(paused, new Map(given).get('content-type') ?? '')
  return {
    url,
    method: request.method,
    phase: 'login',
    script: resourceType !== 'Document',
    ...(from ? { from } : {}),
    ...(body ? { body } : {}),
    headers: {
      ...Object.fromEntries(given.filter(([name]) => !NOT_KEPT.test(name))),
      ...(destination ? { 'sec-fetch-dest': destination, 'sec-fetch-mode': 'no-cors' } : {}),
    },
  }
}

function bodyOf(paused: Paused, contentType: string): RequestBody | null {
  const text = bodyTextOf(paused)
  if (text === '') return null
  const read = readBody(contentType, text)
  const fields = read?.members.map((member): [string, string] => [nameOf(member), member.value])
  return { type: read?.type ?? 'text', fields: fields ?? [['body', text]], written: { contentType, text } }
}

/** The answer as Chromium takes it; its text is decoded already. */
export function responseOf({ status, headers, cookies, body }: Answer): {
  responseCode: number
  responseHeaders: { name: string; value: string }[]
  body: string
} {
  const kept = Object.entries(headers).filter(
    ([name]) =>
      !/^(?:content-(?:encoding|length|type)|transfer-encoding|connection|keep-alive|clear-site-data)$/.test(
        name,
      ),
  )
  const [type = 'text/html'] = (headers['content-type'] ?? '').split(';', 1)
  return {
    responseCode: status,
    responseHeaders: [
      ...kept.map(([name, value]) => ({ name, value })),
      { name: 'content-type', value: `${type.trim() || 'text/html'}; charset=utf-8` },
      ...cookies.map((cookie) => ({ name: 'set-cookie', value: setCookieOf(cookie) })),
    ],
    body: Buffer.from(body).toString('base64'),
  }
}
