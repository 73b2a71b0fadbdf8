import type { Answer } from '../../network/http.ts'
import { given, valueNamed } from './clients.ts'
import { implementationOf } from './implementation.ts'
import { guardsForms } from './role.ts'
import type { Pair } from './trials.ts'

/** A cookie that a visitor was given, and why it need not be tried; null when it must be. */
export interface Candidate {
  readonly name: string
  readonly ruledOut: string | null
}

/** Every cookie that was given, what is most likely a session first: requests are few. */
export function candidatesIn(pair: Pair, earlier: readonly Answer[]): readonly Candidate[] {
  const answers = [...earlier, pair.first.answer, pair.second.answer]
  const cookies = answers.flatMap((answer) => answer.cookies).filter(({ deletion }) => !deletion)
  const names = [...new Set(cookies.map(({ name }) => name))].filter((name) => name !== '')
  return names
    .map((name) => ({ name, ruledOut: ruledOut(pair, earlier, name), rank: rankOf(pair, name) }))
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ name, ruledOut }) => ({ name, ruledOut }))
}

function ruledOut({ first, second }: Pair, earlier: readonly Answer[], name: string): string | null {
  const values = [valueNamed(given(first), name), valueNamed(given(second), name)]
  if (values.includes(null)) return `${name} is not given to each client that comes without it`
  const others = earlier
    .filter(({ sentNames }) => !sentNames.includes(name))
    .flatMap(({ cookies }) => cookies)
    .filter((cookie) => cookie.name === name)
    .map(({ value }) => value)
  if (values[0] === values[1] || others.some((value) => values.includes(value))) {
    return `${name} is the same for several clients`
  }
  return guardsForms(name) ? `${name} is named as what guards forms, not as a session` : null
}

function rankOf({ first }: Pair, name: string): number {
  const value = valueNamed(given(first), name) ?? ''
  if (implementationOf(name, [value]) !== null) return 2
  return first.answer.cookies.some((cookie) => cookie.name === name && cookie.attributes.httpOnly) ? 1 : 0
}
