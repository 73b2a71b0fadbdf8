import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { unmasked } from './masks.ts'

/** The random texts of a page that a form would send, by where they stand: each as it is and below its mask. */
export type Tokens = ReadonlyMap<string, readonly string[]>

/** `csrfToken: "…"`, `data-requesttoken="…"`: what a script would send. */
const ASSIGNED = /([\w-]*(?:csrf|xsrf|token|crumb|nonce)[\w-]*)["']?\s*[=:]\s*["']([^"'\s<>]{16,})["']/gi

export function tokensOf(answer: Answer): Tokens {
  const page = pageOf(answer)
  const hidden = page.forms
    .flatMap(({ fields }) => fields)
    .filter(({ type, disabled }) => type === 'hidden' && !disabled)
  const found = new Map<string, string>()
  for (const [, name = '', value = ''] of answer.body.matchAll(ASSIGNED)) found.set(`text ${name}`, value)
  if (page.csrf) found.set('meta', page.csrf.token)
  for (const [at, { name, value }] of hidden.entries()) {
    found.set(`field ${name}`, value)
    // Joomla: the token is a field's name.
    found.set(`name ${at}`, name)
  }
  return new Map(
    [...found].filter(([, value]) => isRandom(value)).map(([key, value]) => [key, unmasked(value)]),
  )
}

/** Long enough for 64 bits, and no word. */
function isRandom(value: string): boolean {
  return (
    value.length >= 16 &&
    value.length <= 4096 &&
    /\d/.test(value) &&
    /[a-z]/i.test(value) &&
    !/\s/.test(value)
  )
}

/** The places in which both pages have the same, with what it is. */
export function shared(one: Tokens, other: Tokens): ReadonlyMap<string, readonly string[]> {
  const both = new Map<string, readonly string[]>()
  for (const [key, forms] of one) {
    const same = forms.filter((form) => other.get(key)?.includes(form))
    if (same.length > 0) both.set(key, same)
  }
  return both
}

/** Without what one of these pages has in the same place. */
export function without(tokens: Tokens, ...others: readonly Tokens[]): Tokens {
  const own = [...tokens].map(
    ([key, forms]) =>
      [key, forms.filter((form) => others.every((other) => !other.get(key)?.includes(form)))] as const,
  )
  return new Map(own.filter(([, forms]) => forms.length > 0))
}
