import { jsonOf, parseJson } from '../../network/json.ts'
import type { PageRequest } from '../oracle/ask.ts'
import { saysDanger } from '../words.ts'
import type { Sent } from './wire.ts'

const MOST_REQUESTS = 4

/**
 * What a page asks for by POST, word for word the same when it is opened by a visitor and when its user has signed in. It
 * asks so each time that it is opened, and whoever asks it again does no more than who reloads the page.
 * @param since how many of the requests were sent before the login was
 */
export function askedEachTime(sent: readonly Sent[], since: number): PageRequest[] {
  const before = new Set(sent.slice(0, since).map(keyOf))
  const again = sent.slice(since).filter((one) => before.has(keyOf(one)) && mayBeAskedAgain(one))
  const once = new Map(again.map((one) => [keyOf(one), one.request]))
  return [...once.values()].slice(0, MOST_REQUESTS).map(({ url, method = 'GET', body, headers = {} }) => ({
    url,
    method,
    script: true,
    ...(body ? { body } : {}),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
  }))
}

function mayBeAskedAgain({ isData, answer, request: { url, method, body, headers = {} } }: Sent): boolean {
  const text = body?.written?.text ?? ''
  // What is sent with a token of one session says nothing of another.
  const isPlain = !Object.keys(headers).some((name) => SECRET.test(name))
  return (
    isData &&
    isPlain &&
    method === 'POST' &&
    jsonOf(answer) !== undefined &&
    !saysDanger(`${url.pathname} ${url.search}`) &&
    !changesSomething(text)
  )
}

const SECRET = /authorization|csrf|xsrf|token|key|nonce/i

/** A GraphQL operation that is no query (https://spec.graphql.org/October2021/#sec-Language.Operations). */
function changesSomething(text: string): boolean {
  const operations = [parseJson(text)].flat()
  return operations.some((each) => /\b(?:mutation|subscription)\b/.test(String(Object(each).query ?? '')))
}

function keyOf({ request: { url, method, body } }: Sent): string {
  return JSON.stringify([method, url.href, body?.written?.text ?? ''])
}
