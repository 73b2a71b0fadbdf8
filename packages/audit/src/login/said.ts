import type { Answer } from '../network/http.ts'
import { jsonOf } from '../network/json.ts'
import { pageOf } from '../network/pages/navigate.ts'
import { looksRandom } from '../network/redaction/secrets.ts'

const LONGEST = 140
const TELLING = /^(?:errors?|messages?|msg|detail|details|reason|title|error_?(?:description|message))$/i
const NO = /^(?:result|success|ok|authenticated|logged_?in|valid)$/i
const DEEPEST = 3

/**
 * What an answer tells its reader beside what the page before it said already: the message of a JSON answer, or the
 * words that are new. Null when there are none.
 */
export function saidBy(answer: Answer, before: Answer | null): string | null {
  const json = jsonOf(answer)
  if (json !== undefined) return short(messageIn(json) ?? falseIn(json) ?? '')
  return short(newWords(textOf(answer), before === null ? '' : textOf(before)))
}

/** The first text that a member of such a name holds, itself or below it. */
function messageIn(data: unknown, depth = 0): string | null {
  if (typeof data !== 'object' || data === null || depth > DEEPEST) return null
  for (const [name, value] of Object.entries(data)) {
    if (!TELLING.test(name)) continue
    const text = typeof value === 'string' && value !== '' ? value : firstText(value, depth + 1)
    if (text !== null) return text
  }
  return Array.isArray(data) || depth > 0 ? null : messageIn(Object(data).data, depth + 1)
}

/** A member that says no, and not why. */
function falseIn(data: unknown): string | null {
  const members = typeof data === 'object' && data !== null ? Object.entries(data) : []
  const no = members.find(([name, value]) => value === false && NO.test(name))
  return no ? `${no[0]}: false` : null
}

function firstText(value: unknown, depth: number): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return null
  const told = messageIn(value, depth)
  if (told !== null) return told
  return (
    Object.values(value)
      .map((each) => firstText(each, depth + 1))
      .find((text) => text !== null) ?? null
  )
}

function textOf(answer: Answer): string {
  const page = pageOf(answer)
  return page.text === '' && page.forms.length === 0 && !/<\w/.test(answer.body) ? answer.body : page.text
}

/** The middle that is left when the words at the start and at the end that both have are taken away. */
function newWords(now: string, before: string): string {
  const [after, known] = [now.split(/\s+/), before.split(/\s+/)]
  let start = 0
  while (start < after.length && after[start] === known[start]) start += 1
  let end = 0
  while (end < after.length - start && after.at(-1 - end) === known.at(-1 - end)) end += 1
  return after.slice(start, after.length - end).join(' ')
}

/** Short, in one line, and without what looks like a token. */
function short(text: string): string | null {
  const words = text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((word) => !looksRandom(word))
  const line = words.join(' ')
  if (line === '') return null
  return line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1).trimEnd()}…`
}
