import type { Expectations } from '../options/expectations.ts'
import type { CheckResult } from './check.ts'
import { listed } from './verdicts.ts'

/** Which check holds the site to what. */
const HELD_BY: Readonly<Record<keyof Expectations, string>> = {
  sameSite: 'cookie-samesite',
  cookiePrefix: 'cookie-scope',
  cookieName: 'cookie-scope',
  cookieLifetime: 'cookie-lifetime',
  concurrentSessions: 'concurrent-sessions',
  idleTimeout: 'idle-timeout',
  absoluteTimeout: 'absolute-timeout',
  tokenLifetime: 'token-lifetime',
}

/** In this order. */
const NAMES = Object.keys(HELD_BY) as readonly (keyof Expectations)[]

/** What was declared, and which of it the site was not held to, so that nobody takes that for kept. */
export function declaredNotes(
  expect: Expectations | undefined,
  results: readonly CheckResult[],
): readonly string[] {
  const declared = NAMES.filter((name) => expect?.[name] !== undefined)
  if (declared.length === 0) return []
  const said = declared.map((name) => `${name} ${expect?.[name]}`).join(', ')
  const open = declared.flatMap((name) => {
    const verdict = results.find(({ id }) => id === HELD_BY[name])?.verdict
    if (verdict === 'pass' || verdict === 'fail') return []
    return `${name} (${verdict === undefined ? 'no check looks at it' : `${HELD_BY[name]} is ${verdict}`})`
  })
  return [
    `the site is held to the declared policy: ${said}`,
    ...(open.length === 0 ? [] : [`of the declared policy nothing is known of ${listed(open)}`]),
  ]
}

/** Checks that are inconclusive, and hold the site to something that was declared. */
export function undecidedDeclared(
  expect: Expectations | undefined,
  results: readonly CheckResult[],
): readonly CheckResult[] {
  const held = NAMES.filter((name) => expect?.[name] !== undefined).map((name) => HELD_BY[name])
  return results.filter(({ id, verdict }) => verdict === 'inconclusive' && held.includes(id))
}
