import type { ExposedPlace } from '../../evidence/id-exposed.ts'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { decode } from '../../network/redaction/secrets.ts'
import type { Written } from './secret-forms.ts'

/** Where an answer has a secret. */
export interface Occurrence extends Pick<ExposedPlace, 'where' | 'name'> {
  readonly written: Written
  readonly answer: Answer
}

/** Addresses are for `id-in-url`. */
const ADDRESSES = /\b(?:href|src|srcset|action|formaction)\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+)/gi

/** What of these an answer has in headers, in its body and in cookies that scripts can read, each place once. */
export function occurrencesIn(answer: Answer, writings: readonly Written[]): readonly Occurrence[] {
  const found: Occurrence[] = []
  const search = (text: string, where: ExposedPlace['where'], name: string | null = null): boolean => {
    const written = writings.find((each) => text.includes(each.text))
    if (written) found.push({ where, name, written, answer })
    return written !== undefined
  }
  for (const [name, value] of Object.entries(answer.headers)) {
    if (name !== 'location') search(unescaped(value), 'header', name)
  }
  for (const { name, value, deletion, attributes } of answer.cookies) {
    if (!deletion && !attributes.httpOnly) search(`${value}\n${decode(value)}`, 'cookie', name)
  }
  if (mayHave(answer.body, writings)) searchBody(answer, search)
  return found
}

/** Whether it is worth it to read the page. */
function mayHave(body: string, writings: readonly Written[]): boolean {
  const plain = unescaped(body)
  return writings.some(({ text }) => body.includes(text) || plain.includes(text))
}

function searchBody(
  answer: Answer,
  search: (text: string, where: ExposedPlace['where'], name?: string | null) => boolean,
) {
  const type = answer.headers['content-type'] ?? ''
  if (/json/i.test(type)) {
    search(
      unescaped(answer.body),
      answer.phase === 'login' && answer.method !== 'GET' ? 'login-answer' : 'json',
    )
    return
  }
  if (type !== '' && !/html/i.test(type)) {
    search(unescaped(answer.body), 'file')
    return
  }
  const { forms, scripts } = pageOf(answer)
  const fields = forms.flatMap((form) => form.fields)
  const inFields = fields.filter(({ name, value }) => search(value, 'field', name))
  const inScripts = search(unescaped(`${scripts.text}\n${scripts.handlers}`), 'script')
  if (inFields.length === 0 && !inScripts) search(unescaped(answer.body.replaceAll(ADDRESSES, '')), 'page')
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" }

/** A text without what HTML, JSON and scripts write in front of, or in place of, characters of values. */
export function unescaped(text: string): string {
  return text
    .replaceAll('\\/', '/')
    .replaceAll(/\\u00([0-7][0-9a-f])|\\x([0-7][0-9a-f])/gi, (_, unicode, hex) =>
      character(unicode ?? hex, 16),
    )
    .replaceAll(/&#x([0-7]?[0-9a-f]);/gi, (_, hex) => character(hex, 16))
    .replaceAll(/&#(\d{2,3});/g, (_, decimal) => character(decimal, 10))
    .replaceAll(/&(amp|quot|lt|gt|apos);/g, (_, name) => NAMED[name] ?? '')
}

function character(digits: string, base: number): string {
  return String.fromCharCode(Number.parseInt(digits, base))
}
