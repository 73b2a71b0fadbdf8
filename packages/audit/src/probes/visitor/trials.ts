import { randomBytes } from 'node:crypto'
import type { Control } from '../../evidence/evidence.ts'
import type { Credential } from '../../network/cookies/jar.ts'
import { type Clients, given, isReplaced, type Seen, swapped, valueNamed } from './clients.ts'
import { shared, type Tokens, without } from './tokens.ts'
import { unissued } from './unissued.ts'

/** Two clients that came with nothing, and the first of them again with all that it was given. */
export interface Pair {
  readonly first: Seen
  readonly second: Seen
  readonly again: Seen
  /** What earlier clients were shown on that page. */
  readonly earlier: readonly Tokens[]
}

/** What one cookie does, when it alone is another. */
export interface Trial {
  readonly name: string
  /** As the first and the second client were given it. */
  readonly issued: readonly [string, string]
  /** The site gave another value although the own one was brought back. */
  readonly isRenewed: boolean
  /** With the second client's value the first is shown the second's token, which is this. */
  readonly bound: readonly string[]
  /** Another client's value does as well as the own. */
  readonly takesAnothers: boolean
  readonly unissued: {
    readonly isReplaced: boolean
    /** The tokens that two answers to an ID have which was never issued; null where there are none to compare. */
    readonly tokens: 'same' | 'different' | null
    /** It was set at first contact, and not at the second: so the site remembers. */
    readonly isNewOnce: boolean
  }
  /** Null: not tried. */
  readonly replacesMalformed: boolean | null
  /** An unissued ID of another length is kept, as PHP does it; null: not tried. */
  readonly takesAnyLength: boolean | null
  readonly exchanges: readonly number[]
}

/** No framework makes such an ID. PHP fails at most that it did not make, and replaces what has a quote. */
const MALFORMED = "!'"

/** Most that the trials of one cookie take. */
export const TRIAL_REQUESTS = 5

/** The tokens that are the first client's own: the same both times, and not the second's. */
export function ownTokens({ first, second, again }: Pair): Tokens {
  return without(shared(first.tokens, again.tokens), second.tokens)
}

/** Changes one cookie of the first client, and nothing else. */
export async function tryCookie(clients: Clients, pair: Pair, name: string): Promise<Trial> {
  const { http } = clients
  const before = http.exchanges.length
  const cookies = given(pair.first)
  const [mine, theirs] = [valueNamed(cookies, name) ?? '', valueNamed(given(pair.second), name) ?? '']
  const isRenewed = isReplaced(pair.again, name, mine)

  const another = await clients.ask(swapped(cookies, name, theirs))
  const id = unissued(mine, theirs)
  const first = await clients.ask(swapped(cookies, name, id))
  const replaced = isReplaced(first, name, id)
  const second = replaced && !isRenewed ? null : await clients.ask(swapped(cookies, name, id))
  const isKept = second !== null && !replaced && !isReplaced(second, name, id)
  const malformed = isKept && clients.left > 0 ? await clients.ask(swapped(cookies, name, MALFORMED)) : null
  const replacesMalformed = malformed && isReplaced(malformed, name, MALFORMED)
  const strangers = [...pair.earlier, first.tokens, ...(malformed ? [malformed.tokens] : [])]
  const bound = boundBy(pair, another, strangers)
  const short = randomBytes(6).toString('hex')
  const asksLength = replacesMalformed === true && bound.length > 0 && clients.left > 0
  const other = asksLength ? await clients.ask(swapped(cookies, name, short)) : null
  return {
    name,
    issued: [mine, theirs],
    isRenewed,
    bound,
    takesAnothers: isRenewed ? bound.length > 0 : !isReplaced(another, name, theirs),
    unissued: {
      isReplaced: replaced || (second !== null && isReplaced(second, name, id)),
      tokens: second && compared(pair, first.tokens, second.tokens),
      isNewOnce: isKept && sets(first, name) && !sets(second, name),
    },
    replacesMalformed,
    takesAnyLength: other && !isReplaced(other, name, short),
    exchanges: http.exchanges.slice(before).map(({ id }) => id),
  }
}

/**
 * The second client's tokens where the first has its own, shown to the first for that one cookie. What a third is shown
 * too is no client's own: a test shows each of a few variants to many.
 */
function boundBy(pair: Pair, another: Seen, strangers: readonly Tokens[]): readonly string[] {
  const own = without(ownTokens(pair), ...strangers)
  const { first, second, again } = pair
  const theirs = without(shared(second.tokens, another.tokens), first.tokens, again.tokens, ...strangers)
  return [...theirs].filter(([key]) => own.has(key)).flatMap(([, forms]) => forms)
}

/** Only where the first client has its own. */
function compared(pair: Pair, one: Tokens, other: Tokens): 'same' | 'different' | null {
  const keys = [...ownTokens(pair).keys()].filter((key) => one.has(key) && other.has(key))
  if (keys.length === 0) return null
  const same = without(shared(one, other), pair.first.tokens, pair.second.tokens)
  return keys.some((key) => same.has(key)) ? 'same' : 'different'
}

function sets({ answer }: Seen, name: string): boolean {
  return answer.cookies.some((cookie) => cookie.name === name)
}

/** Whether the cookie comes with answers that no page of the application is behind, as a proxy's does. */
export async function isEverywhere(clients: Clients, file: URL, name: string): Promise<boolean> {
  const nobody: readonly Credential[] = []
  const seen = await clients.ask(nobody, file)
  // A refusal says nothing of the file.
  return sets(seen, name) || seen.answer.status >= 500 || seen.answer.status === 429
}

export function keptControl({ isRenewed, bound }: Trial): Control {
  const isKnown = !isRenewed || bound.length > 0
  return {
    name: 'a client that brings its own cookies back',
    expected: 'known again',
    seen: isKnown ? 'known again' : 'given new ones',
    held: isKnown,
  }
}
