import type { OracleEvidence, State } from '../../evidence/evidence.ts'
import type { Features } from './features.ts'
import { isLike } from './likeness.ts'

/** A rule that tells signed-in answers of one page from anonymous ones. */
export interface Discriminator {
  readonly kind: OracleEvidence['kind']
  readonly describes: string
  /** How far it can be trusted; for choosing between pages. */
  readonly strength: number
  judge(features: Features): State
}

const STRONG = /^(?:canary|sign-out|login-form|sign-in|json:)/
const SIGN_IN_MARKS = new Set(['login-form', 'sign-in'])
/** Words alone are a weak sign, so several are wanted. */
const FEWEST_WORDS = 3

/**
 * The best rule that all of these answers agree with, or null when there is none.
 * @param refused how whoever comes with made-up values is turned away, if not as other visitors are
 */
export function discriminate(
  signedIn: readonly Features[],
  anonymous: readonly Features[],
  refused: readonly Features[] = [],
): Discriminator | null {
  const inside = uniform(signedIn)
  const outside = uniform(anonymous)
  if (inside === null || outside === null) return null
  const insideOk = inside.status >= 200 && inside.status < 300
  const outsideOk = outside.status >= 200 && outside.status < 300
  const only = difference(signedIn, anonymous)
  const never = difference(anonymous, signedIn)
  const visitors = [...anonymous, ...refused.filter(({ status }) => !isFailure(status))]
  const looks = { inside, outside, signedIn, visitors }
  if (inside.redirect !== null && inside.redirect !== outside.redirect) {
    return outsideOk || outside.redirect !== null ? byRedirectOfUsers(looks) : null
  }
  if (!insideOk) return null
  if (outside.redirect !== null) return byAnswer('redirect', looks, only)
  if (!outsideOk) return isFailure(outside.status) ? null : byAnswer('status', looks, only)
  return byMarks(looks, only, never)
}

/** Both kinds of answer, and what each kind has in common. */
interface Looks {
  readonly inside: Shape
  readonly outside: Shape
  readonly signedIn: readonly Features[]
  /** All that anybody was turned away with. */
  readonly visitors: readonly Features[]
}

/** The site cannot answer now. */
export function isFailure(status: number): boolean {
  return status >= 500 || status === 408 || status === 429
}

interface Shape {
  readonly status: number
  readonly redirect: string | null
}

/** Visitors are turned away, users are not. */
function byAnswer(
  kind: 'redirect' | 'status',
  { inside, outside, signedIn, visitors }: Looks,
  only: ReadonlySet<string>,
): Discriminator {
  const canary = only.has('canary')
  return {
    kind,
    strength: canary ? 60 : 50,
    describes: `${show(inside)}${canary ? ' with the user name' : ''} when signed in, ${show(outside)} when not`,
    judge(seen) {
      const { status, redirect, marks } = seen
      if (status === inside.status && redirect === null) {
        if (marks.has('login-form')) return 'anonymous'
        const isTheirs = canary ? marks.has('canary') : isLike(signedIn, seen)
        return isTheirs ? 'signed-in' : 'unclear'
      }
      return isLike(visitors, seen) ? 'anonymous' : 'unclear'
    },
  }
}

/** Users are sent on (from the login page, say), visitors are not, or elsewhere. */
function byRedirectOfUsers({ inside, outside, visitors }: Looks): Discriminator {
  return {
    kind: 'redirect',
    strength: 15,
    describes: `${show(inside)} when signed in, ${show(outside)} when not`,
    judge(seen) {
      if (seen.redirect === inside.redirect) return 'signed-in'
      return isLike(visitors, seen) ? 'anonymous' : 'unclear'
    },
  }
}

/** Both get the page, and it says different things. */
function byMarks(
  { inside, signedIn, visitors }: Looks,
  only: ReadonlySet<string>,
  never: ReadonlySet<string>,
): Discriminator | null {
  // The login form is still there: whatever else differs, this is not the page of a signed-in user.
  if (signedIn.some(({ marks }) => marks.has('login-form'))) return null
  const strongOnly = [...only].filter((mark) => STRONG.test(mark) && !SIGN_IN_MARKS.has(mark))
  const strongNever = [...never].filter((mark) => STRONG.test(mark))
  if (strongOnly.length + strongNever.length === 0 && only.size + never.size < FEWEST_WORDS) return null
  const wanted = strongOnly.length > 0 ? strongOnly : [...only]
  const unwanted = strongNever.length > 0 ? strongNever : [...never]
  if (wanted.length === 0) return null
  return {
    ...name(strongOnly, strongNever),
    judge(seen) {
      if (seen.status !== inside.status) return 'unclear'
      const has = share(wanted, seen.marks)
      const lacks = share(unwanted, seen.marks)
      if (has >= 0.6 && lacks <= 0.4) return 'signed-in'
      // It asks to sign in, whomever it greets by the name that was used last.
      if (seen.marks.has('login-form') && isLike(visitors, seen)) return 'anonymous'
      const isOutside = has <= 0.4 && (unwanted.length === 0 || lacks >= 0.6)
      return isOutside && isLike(visitors, seen) ? 'anonymous' : 'unclear'
    },
  }
}

function name(
  only: readonly string[],
  never: readonly string[],
): Pick<Discriminator, 'kind' | 'strength' | 'describes'> {
  const json = [...only, ...never].find((mark) => mark.startsWith('json:'))
  if (json !== undefined) {
    const field = json.split(':')[1]
    const canary = only.includes('canary') ? ' and the user name' : ''
    return {
      kind: 'json-field',
      strength: only.includes('canary') ? 45 : 40,
      describes: `the JSON field ${field}${canary} differs when signed in`,
    }
  }
  if (only.includes('canary')) {
    return {
      kind: 'canary',
      strength: 40,
      describes: 'the user name is on the page when signed in, and not when not',
    }
  }
  if (only.includes('sign-out')) {
    return {
      kind: 'marker',
      strength: 35,
      describes: 'a sign-out control is on the page when signed in, and not when not',
    }
  }
  if (never.length > 0) {
    const what = never.includes('login-form') ? 'a login form' : 'a link to sign in'
    return {
      kind: 'marker',
      strength: 25,
      describes: `${what} is on the page when not signed in, and other words when so`,
    }
  }
  return { kind: 'marker', strength: 10, describes: 'the words on the page differ when signed in' }
}

function share(marks: readonly string[], present: ReadonlySet<string>): number {
  if (marks.length === 0) return 0
  return marks.filter((mark) => present.has(mark)).length / marks.length
}

/** Status and redirect that all answers have in common, or null. */
function uniform(all: readonly Features[]): Shape | null {
  const first = all[0]
  if (first === undefined) return null
  const same = all.every(({ status, redirect }) => status === first.status && redirect === first.redirect)
  return same ? { status: first.status, redirect: first.redirect } : null
}

/** Marks that every one of `these` has and none of `those`. */
function difference(these: readonly Features[], those: readonly Features[]): ReadonlySet<string> {
  const [first, ...rest] = these
  const common = [...(first?.marks ?? [])].filter((mark) => rest.every(({ marks }) => marks.has(mark)))
  return new Set(common.filter((mark) => !those.some(({ marks }) => marks.has(mark))))
}

function show({ status, redirect }: Shape): string {
  return redirect === null ? String(status) : `${status} to ${redirect}`
}
