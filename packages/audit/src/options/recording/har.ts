import { parseJson } from '../../network/json.ts'
import { AuditError } from '../errors.ts'
import { isRecord, recordsOf, textOf } from './plain.ts'
import {
  formBody,
  type RecordedAnswer,
  type RecordedRequest,
  type RequestsRecording,
  readBody,
  textsIn,
} from './requests.ts'

const LARGEST_ANSWER = 64 * 1024

/** An HTTP archive (HAR 1.2), as the network panel of a browser exports it. Null for anything else. */
export function readHar(data: unknown): RequestsRecording | null {
  if (!isRecord(data) || !isRecord(data.log) || !Array.isArray(data.log.entries)) return null
  const requests: RecordedRequest[] = []
  const answers: RecordedAnswer[] = []
  const pages: { url: URL; before: number }[] = []
  for (const entry of recordsOf(data.log.entries)) {
    const request = isRecord(entry.request) ? readRequest(entry.request) : null
    if (request === null) continue
    const { mime, text } = contentOf(entry.response)
    if (/json/i.test(mime) && text.length <= LARGEST_ANSWER) {
      const members = membersOf(text)
      if (members.length > 0) answers.push({ url: request.url, members })
    }
    if (/html/i.test(mime) && request.method === 'GET')
      pages.push({ url: request.url, before: requests.length })
    requests.push(request)
  }
  if (requests.length === 0)
    throw new AuditError('usage', 'this HAR holds no request; export it again after a login')
  return { kind: 'requests', from: 'HAR', requests, answers, pages }
}

function readRequest(data: Readonly<Record<string, unknown>>): RecordedRequest | null {
  const url = URL.parse(textOf(data.url))
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  const headers = new Map(
    recordsOf(data.headers).map(({ name, value }) => [textOf(name).toLowerCase(), textOf(value)]),
  )
  const cookies = recordsOf(data.cookies).map(({ name, value }) => `${textOf(name)}=${textOf(value)}`)
  if (!headers.has('cookie') && cookies.length > 0) headers.set('cookie', cookies.join('; '))
  return {
    method: textOf(data.method).toUpperCase() || 'GET',
    url,
    headers,
    body: postOf(data.postData, headers),
  }
}

function postOf(data: unknown, headers: ReadonlyMap<string, string>): RecordedRequest['body'] {
  if (!isRecord(data)) return null
  const type = textOf(data.mimeType) || (headers.get('content-type') ?? '')
  const text = textOf(data.text)
  if (text !== '') return readBody(type, text)
  const fields = recordsOf(data.params).map(({ name, value }): [string, string] => [
    textOf(name),
    textOf(value),
  ])
  return fields.length === 0 ? null : formBody(/multipart/i.test(type) ? 'multipart' : 'urlencoded', fields)
}

function contentOf(response: unknown): { mime: string; text: string } {
  if (!isRecord(response) || !isRecord(response.content)) return { mime: '', text: '' }
  const { mimeType, text, encoding } = response.content
  const isBase64 = encoding === 'base64'
  return {
    mime: textOf(mimeType),
    text: isBase64 ? Buffer.from(textOf(text), 'base64').toString() : textOf(text),
  }
}

function membersOf(text: string): RecordedAnswer['members'] {
  return textsIn(parseJson(text))
}
