import type { Whose } from '../../evidence/two-users.ts'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'

/** Words that one user's page has each time, and that the other's and a visitor's have never. */
export interface OnlyTheirs {
  readonly one: ReadonlySet<string>
  readonly other: ReadonlySet<string>
}

const MOST = 0.9
const FEWEST = 0.4
const LONGEST_WORD = 40

/** What a page says, in words without digits: what changes by itself has some. */
export function wordsOf(answer: Answer): ReadonlySet<string> {
  const page = pageOf(answer)
  const values = page.forms.flatMap(({ fields }) =>
    fields.filter(({ type }) => type !== 'hidden').map(({ value }) => value),
  )
  const text = page.text === '' && values.length === 0 ? answer.body : [page.text, ...values].join(' ')
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’@.-]*[\p{L}\p{N}]/gu) ?? []
  return new Set(words.filter((word) => word.length <= LONGEST_WORD && !/\p{N}/u.test(word)))
}

/** What all of these say, and none of those. */
export function onlyIn(these: readonly Answer[], those: readonly Answer[]): ReadonlySet<string> {
  const [first = new Set<string>(), ...rest] = these.map(wordsOf)
  const never = those.map(wordsOf)
  return new Set(
    [...first].filter(
      (word) => rest.every((words) => words.has(word)) && !never.some((words) => words.has(word)),
    ),
  )
}

/** Whose page an answer is, asked for by the one of whom `one` is. */
export function whoseIs(answer: Answer, { one, other }: OnlyTheirs): Whose {
  const words = wordsOf(answer)
  const [own, others] = [share(one, words), share(other, words)]
  if (others >= MOST && own <= FEWEST) return "the other's"
  return own >= MOST && others <= FEWEST ? 'own' : 'neither'
}

function share(wanted: ReadonlySet<string>, present: ReadonlySet<string>): number {
  return wanted.size === 0 ? 0 : [...wanted].filter((word) => present.has(word)).length / wanted.size
}
