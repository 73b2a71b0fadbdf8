import { saysDanger, saysSignOut } from '../../login/words.ts'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import type { ProbeContext } from '../context.ts'

/** An address of one user, and what stands in its place for the other. */
export interface UserAddress {
  readonly own: URL
  readonly others: URL
}

const MOST = 4

/**
 * Addresses that name the user: those of which the other user's pages have the counterpart, different in one part, and
 * those that hold the user's own name.
 */
export function userAddresses(
  context: ProbeContext,
  mine: readonly Answer[],
  theirs: readonly Answer[],
  names: readonly [mine: string, theirs: string],
): UserAddress[] {
  const [own, others] = [linksOf(context, mine), linksOf(context, theirs)]
  const only = (some: readonly URL[], not: readonly URL[]) =>
    some.filter(({ href }) => !not.some((url) => url.href === href))
  const pairs = only(own, others).flatMap((url) => {
    const twin = only(others, own).find((other) => differsInOne(url, other)) ?? renamed(url, ...names)
    return twin ? [{ own: url, others: twin }] : []
  })
  return [...new Map(pairs.map((pair) => [pair.own.href, pair])).values()].slice(0, MOST)
}

/** What may be opened without harm. */
function linksOf({ http }: ProbeContext, answers: readonly Answer[]): URL[] {
  const links = answers
    .flatMap((answer) => pageOf(answer).links)
    .filter(({ url, text, method }) => {
      const about = `${url.pathname}${url.search} ${text}`
      return method === 'GET' && http.allows(url) && !saysDanger(about) && !saysSignOut(about)
    })
  return links.map(({ url }) => url)
}

function partsOf({ pathname, searchParams }: URL): string[] {
  return [...pathname.split('/'), ...[...searchParams].flat()]
}

function differsInOne(one: URL, other: URL): boolean {
  const [mine, theirs] = [partsOf(one), partsOf(other)]
  return mine.length === theirs.length && mine.filter((part, at) => part !== theirs[at]).length === 1
}

function renamed(url: URL, mine: string, theirs: string): URL | null {
  for (const whole of [true, false]) {
    const [from, to] = [mine, theirs].map((name) => (whole ? name : (name.split('@')[0] ?? name)))
    if (!from || !to || from === to) continue
    const same = (part: string) => decoded(part).toLowerCase() === from.toLowerCase()
    const path = url.pathname.split('/')
    if (path.some(same)) {
      const made = new URL(url)
      made.pathname = path.map((part) => (same(part) ? encodeURIComponent(to) : part)).join('/')
      return made
    }
  }
  return null
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
