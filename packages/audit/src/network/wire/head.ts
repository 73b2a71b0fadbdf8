import { AuditError } from '../../options/errors.ts'

const TOKEN = /^[!#$%&'*+\-.^_`|~\w]+$/
/** What may stand once only, unless it says the same again. */
const SINGLE = new Set(['content-length', 'location'])

/** Where the head of an answer ends; null when it has not all come. */
export function endOfHead(text: string): number | null {
  const found = /\n\r?\n/.exec(text)
  return found && found.index + found[0].length
}

/** 1xx, but for 101, which is an answer. */
export function isInterim(head: string): boolean {
  const status = statusOf(head)
  return status?.startsWith('1') === true && status !== '101'
}

/**
 * The head of an answer as browsers read it, for a stricter reader: lines that are no header are passed over, spaces
 * before the colon too, and a lone carriage return ends a line. Throws `unreachable` for what browsers refuse.
 */
export function cleanHead(head: string): string {
  const [start = '', ...lines] = head.split(/\r\n|\n|\r/)
  const headers: { readonly name: string; value: string }[] = []
  let last: { value: string } | null = null
  for (const line of lines) {
    if (/^[ \t]/.test(line)) {
      if (last) last.value = trim(`${last.value} ${trim(line)}`)
      continue
    }
    const colon = line.indexOf(':')
    const name = trim(line.slice(0, Math.max(colon, 0)))
    last = TOKEN.test(name) ? { value: trim(line.slice(colon + 1)) } : null
    if (last) headers.push(Object.assign(last, { name }))
  }
  for (const { name, value } of headers) {
    if (value.includes('\0')) throw refused(name, 'holds a NUL byte')
  }
  const kept = single(headers)
  return [statusLine(start), ...kept.map(({ name, value }) => `${name}: ${value}`), '', ''].join('\r\n')
}

type Header = Readonly<Record<'name' | 'value', string>>

function single(headers: readonly Header[]): Header[] {
  const is = (header: Header, name: string) => header.name.toLowerCase() === name
  const isChunked = headers.some((each) => is(each, 'transfer-encoding') && /chunked/i.test(each.value))
  return headers.filter((header, at) => {
    const name = header.name.toLowerCase()
    if (name === 'content-length' && isChunked) return false
    const before = SINGLE.has(name) ? headers.slice(0, at).find((each) => is(each, name)) : undefined
    if (before !== undefined && before.value !== header.value)
      throw refused(header.name, 'is there twice, with different values')
    return before === undefined
  })
}

function statusLine(line: string): string {
  const status = statusOf(line)
  const version = /^http\/1\.0/i.test(line) ? '1.0' : '1.1'
  return status === null ? line : `HTTP/${version} ${status} `
}

function statusOf(head: string): string | null {
  return /^http(?:\/[\d.]*)? +(\d{3})(?!\d)/i.exec(head)?.[1] ?? null
}

function refused(name: string, why: string): AuditError {
  return new AuditError('unreachable', `the header ${name} of the answer ${why}, which browsers refuse`)
}

function trim(text: string): string {
  return text.replace(/^[ \t]+|[ \t]+$/g, '')
}
