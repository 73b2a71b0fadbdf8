import { parseJson } from '../../network/json.ts'
/** A request as somebody has recorded it. */
export interface RecordedRequest {
  readonly method: string
  readonly url: URL
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: RecordedBody | null
}

/** What of a body can be told apart. */
export interface RecordedBody {
  readonly type: 'urlencoded' | 'multipart' | 'json'
  readonly members: readonly Member[]
  /** The whole of a JSON body. */
  readonly data: unknown
}

/** A field of a form, or a text somewhere in a JSON body. */
export interface Member {
  readonly path: readonly string[]
  readonly value: string
}

/** An answer in JSON that came before: a token may be from it. */
export interface RecordedAnswer {
  readonly url: URL
  readonly members: readonly Member[]
}

export interface RequestsRecording {
  readonly kind: 'requests'
  readonly from: 'HAR' | 'curl'
  readonly requests: readonly RecordedRequest[]
  readonly answers: readonly RecordedAnswer[]
  /** The pages that were opened, in order, each with how many requests came before it. */
  readonly pages: readonly { readonly url: URL; readonly before: number }[]
}

export function nameOf({ path }: Member): string {
  return path.at(-1) ?? ''
}

/** Null for a body that is neither a form nor JSON. */
export function readBody(contentType: string, text: string): RecordedBody | null {
  if (/^multipart\/form-data/i.test(contentType)) return formBody('multipart', readMultipart(text))
  const isJson = /json/i.test(contentType) || (/^text\/plain|^$/i.test(contentType) && /^\s*[[{]/.test(text))
  if (isJson) {
    const data = parseJson(text)
    return data === undefined ? null : { type: 'json', members: textsIn(data), data }
  }
  if (!/^application\/x-www-form-urlencoded|^$/i.test(contentType)) return null
  return formBody('urlencoded', [...new URLSearchParams(text)])
}

export function formBody(
  type: 'urlencoded' | 'multipart',
  fields: readonly (readonly [string, string])[],
): RecordedBody {
  return { type, members: fields.map(([name, value]) => ({ path: [name], value })), data: null }
}

/** Every text in plain data, with the way to it. */
export function textsIn(data: unknown, path: readonly string[] = []): Member[] {
  if (typeof data === 'string') return [{ path, value: data }]
  if (typeof data !== 'object' || data === null) return []
  return Object.entries(data).flatMap(([key, value]) => textsIn(value, [...path, key]))
}

/** The same data with other texts. */
export function withTexts(
  data: unknown,
  text: (member: Member) => string,
  path: readonly string[] = [],
): unknown {
  if (typeof data === 'string') return text({ path, value: data })
  if (Array.isArray(data)) return data.map((each, at) => withTexts(each, text, [...path, String(at)]))
  if (typeof data !== 'object' || data === null) return data
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, withTexts(value, text, [...path, key])]),
  )
}

function readMultipart(text: string): [string, string][] {
  const boundary = /^--(\S+)/.exec(text)?.[1]
  if (boundary === undefined) return []
  return text.split(`--${boundary}`).flatMap((part): [string, string][] => {
    const [head = '', ...rest] = part.split(/\r?\n\r?\n/)
    const name = /\bname="([^"]*)"/i.exec(head)?.[1]
    if (name === undefined || /\bfilename=/i.test(head)) return []
    return [[name, rest.join('\n\n').replace(/\r?\n$/, '')]]
  })
}
