import { nameOf, withTexts } from '../../options/recording/requests.ts'
import { jsonInPlainText, type RequestBody } from '../body.ts'
import { type Credential, cookiePair } from '../cookies/jar.ts'
import type { Secrets } from './secrets.ts'

interface Shown {
  readonly method: string
  /** Already cleared. */
  readonly url: string
  readonly credentials: readonly Credential[]
  readonly body: RequestBody | null
  readonly headers: Readonly<Record<string, string>>
  readonly insecure: boolean
  readonly secrets: Secrets
}

/** Headers without which a protected site may answer differently; the others are left to curl. */
const WORTH_SHOWING = /^(?:origin|referer|sec-fetch-site|x-.*)$/
const SECRET_HEADER = /csrf|xsrf|token/

/** A line that can be pasted into a shell once each `<name:fingerprint>` is replaced by one's own value. */
export function curlLine({ method, url, credentials, body, headers, insecure, secrets }: Shown): string {
  const words = ['curl', '-sS', '-i']
  if (insecure) words.push('-k')
  if (method !== 'GET') words.push('-X', method)
  words.push(quote(url))
  const cookies = credentials.filter(({ kind }) => kind === 'cookie')
  if (cookies.length > 0) {
    const pairs = cookies.map(({ name, value }) => cookiePair({ name, value: secrets.show(name, value) }))
    words.push('-H', quote(`Cookie: ${pairs.join('; ')}`))
  }
  for (const { kind, name, value, scheme } of credentials) {
    const word = scheme === undefined ? '' : `${scheme} `
    if (kind === 'header') words.push('-H', quote(`${name}: ${word}${secrets.show(name, value)}`))
  }
  for (const [name, value] of Object.entries(headers)) {
    const typed = secrets.typed(value)
    if (typed !== undefined) words.push('-H', quote(`${name}: ${typed}`))
    if (typed !== undefined || !WORTH_SHOWING.test(name) || value === '') continue
    words.push('-H', quote(`${name}: ${SECRET_HEADER.test(name) ? secrets.show(name, value) : value}`))
  }
  return [...words, ...bodyWords(body, secrets)].join(' ')
}

function bodyWords(body: RequestBody | null, secrets: Secrets): string[] {
  if (body === null) return []
  const shown = body.fields.map(([name, value]): [string, string] => [
    name,
    value === '' ? '' : secrets.show(name, value),
  ])
  if (body.type === 'json') {
    const text = JSON.stringify(written(body, secrets) ?? Object.fromEntries(shown))
    return ['-H', quote('Content-Type: application/json'), '--data', quote(text)]
  }
  if (body.type === 'text') {
    return ['-H', quote('Content-Type: text/plain'), '--data-binary', quote(jsonInPlainText(shown).trimEnd())]
  }
  const option = body.type === 'multipart' ? '--form-string' : '--data-urlencode'
  return shown.flatMap(([name, value]) => [option, quote(`${name}=${value}`)])
}

/** A JSON body that somebody else has written, with each of its texts replaced. */
function written({ written }: RequestBody, secrets: Secrets): unknown {
  const data: unknown = written && JSON.parse(written.text)
  return (
    data &&
    withTexts(data, (member) => (member.value === '' ? '' : secrets.show(nameOf(member), member.value)))
  )
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
