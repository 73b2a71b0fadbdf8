import { parseArgs } from 'node:util'
import { AuditError } from '../errors.ts'
import { splitWords } from '../words.ts'
import { formBody, type RecordedRequest, type RequestsRecording, readBody } from './requests.ts'

const text = { type: 'string', multiple: true } as const
const flag = { type: 'boolean' } as const
const OPTIONS = {
  request: { ...text, short: 'X' },
  header: { ...text, short: 'H' },
  cookie: { ...text, short: 'b' },
  data: { ...text, short: 'd' },
  'data-raw': text,
  'data-ascii': text,
  'data-binary': text,
  'data-urlencode': text,
  json: text,
  form: { ...text, short: 'F' },
  'form-string': text,
  url: text,
  referer: { ...text, short: 'e' },
  'user-agent': { ...text, short: 'A' },
  user: { ...text, short: 'u' },
  output: { ...text, short: 'o' },
  'max-time': { ...text, short: 'm' },
  'cookie-jar': { ...text, short: 'c' },
  proxy: { ...text, short: 'x' },
  get: { ...flag, short: 'G' },
  insecure: { ...flag, short: 'k' },
  silent: { ...flag, short: 's' },
  'show-error': { ...flag, short: 'S' },
  include: { ...flag, short: 'i' },
  location: { ...flag, short: 'L' },
  verbose: { ...flag, short: 'v' },
  fail: { ...flag, short: 'f' },
  head: { ...flag, short: 'I' },
} as const

type Values = Readonly<Record<string, readonly string[] | string | boolean | undefined>>

/** A command as "Copy as cURL" of a browser gives it (the one for a POSIX shell). Throws AuditError `usage`. */
export function readCurl(command: string): RequestsRecording {
  if (/\^"/.test(command)) {
    throw new AuditError('usage', 'this curl command is written for cmd.exe; copy it as cURL (bash)')
  }
  const [, ...args] = splitWords(command, 'the curl command')
  const { values, positionals } = parseArgs({ args, options: OPTIONS, strict: false, allowPositionals: true })
  const all = (name: keyof typeof OPTIONS): readonly string[] => textsOf(values, name)
  if (all('user').length > 0) {
    throw new AuditError('usage', 'the curl command signs in by HTTP Basic (-u), which is no session')
  }
  const address = [...all('url'), ...positionals][0] ?? ''
  const url = URL.parse(/^[a-z]+:\/\//i.test(address) ? address : `http://${address}`)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new AuditError('usage', 'the curl command has no http or https address')
  }
  const headers = headersOf(values)
  const body = bodyOf(values, headers.get('content-type') ?? '')
  if (values.get === true) {
    for (const { path, value } of body?.members ?? []) url.searchParams.append(path[0] ?? '', value)
  }
  const sent = values.get === true ? null : body
  const method = all('request').at(-1)?.toUpperCase() ?? (sent ? 'POST' : 'GET')
  const request: RecordedRequest = { method, url, headers, body: sent }
  return { kind: 'requests', from: 'curl', requests: [request], answers: [], pages: [] }
}

function headersOf(values: Values): Map<string, string> {
  const headers = new Map<string, string>()
  for (const line of textsOf(values, 'header')) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  const [cookie] = textsOf(values, 'cookie')
  // Without an equals sign it is the name of a file.
  if (cookie?.includes('=')) headers.set('cookie', cookie)
  const [referer] = textsOf(values, 'referer')
  if (referer !== undefined) headers.set('referer', referer)
  return headers
}

function bodyOf(values: Values, type: string): RecordedRequest['body'] {
  const parts = [...textsOf(values, 'form'), ...textsOf(values, 'form-string')].map(nameAndValue)
  if (parts.length > 0) return formBody('multipart', parts)
  const [json] = textsOf(values, 'json')
  if (json !== undefined) return readBody('application/json', json)
  const plain = ['data', 'data-raw', 'data-ascii', 'data-binary'].flatMap((name) => textsOf(values, name))
  const encoded = textsOf(values, 'data-urlencode').map((field) =>
    String(new URLSearchParams([nameAndValue(field)])),
  )
  const all = [...plain, ...encoded]
  if (all.length === 0) return null
  return readBody(type || 'application/x-www-form-urlencoded', all.join('&'))
}

function nameAndValue(field: string): [string, string] {
  const equals = field.indexOf('=')
  return [field.slice(0, Math.max(0, equals)), field.slice(equals + 1)]
}

function textsOf(values: Values, name: string): readonly string[] {
  const found = values[name]
  return Array.isArray(found) ? found.filter((each) => typeof each === 'string') : []
}
