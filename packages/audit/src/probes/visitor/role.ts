import type { VisitorProof } from '../../evidence/visitor.ts'
import { describeValue } from '../value.ts'
import { implementationOf } from './implementation.ts'
import { isReadable } from './readable.ts'
import type { Trial } from './trials.ts'

/** What a cookie is, by what it did. */
export interface Role {
  readonly provedBy: VisitorProof | null
  readonly resembles: boolean
  readonly why: string
}

/** With more, a value may hold an ID and its signature, which a site can check without remembering anything. */
const MOST_BITS_OF_AN_ID = 192
/** Fewer are not many: NIST SP 800-63B-4, 5.1. */
const LEAST_BITS = 64

/** Names never prove a session, but a cookie that calls itself a guard of forms is one. */
const GUARDS_FORMS = /csrf|xsrf|forgery|verification_?token/i

export function guardsForms(name: string): boolean {
  return GUARDS_FORMS.test(name)
}

const undecided = (why: string, resembles = false): Role => ({ provedBy: null, resembles, why })

/** What is proved by the form's token, or by how the framework that it is known for works. */
export function roleOf(trial: Trial): Role | null {
  const { name, issued, bound, unissued, isRenewed, replacesMalformed, takesAnyLength } = trial
  const [, theirs] = issued
  const known = implementationOf(name, issued)
  const hidden = bound.filter((token) => !isReadable(token, theirs))
  const refuses = unissued.tokens === 'different' || (unissued.isReplaced && !isRenewed)
  // Whatever computes a token from the cookie takes any value, or any of one form.
  const remembers = takesAnyLength === true || unissued.isNewOnce || known !== null
  if (hidden.length > 0 && (refuses || remembers)) {
    return {
      provedBy: 'token',
      resembles: false,
      why: `the token of a form goes with ${name} and with nothing else, and cannot be read out of its value`,
    }
  }
  const validates = unissued.isReplaced || replacesMalformed === true
  if (known !== null && !isRenewed && validates) {
    return {
      provedBy: 'implementation',
      resembles: false,
      why: `${name} is named and made as ${known} does it for sessions: each client is given a new one, which is kept when brought back, and another is made for what ${known} did not make`,
    }
  }
  if (hidden.length > 0) {
    return undecided(
      `a token of a form goes with ${name}, but with any value: the site may compute it and remember nothing`,
      true,
    )
  }
  return bound.length > 0
    ? undecided(`the token that goes with ${name} can be read out of its value`, true)
    : null
}

/** Whether the site can only know the values by remembering them; `isShown`: the page repeats the value. */
export function mayBeRemembered(trial: Trial, isShown: boolean): Role | null {
  const { name, issued, isRenewed, takesAnothers, unissued } = trial
  if (isRenewed)
    return undecided(`${name} is another after each answer, and nothing on the page goes with it`)
  if (!unissued.isReplaced) {
    return undecided(`${name} is kept whatever its value is, and nothing on the page goes with it`)
  }
  const weak = `${name} is new for each client, kept when brought back, and replaced when it was never issued`
  if (isShown) return undecided(`${weak}, but the page repeats its value, as a double submit does`, true)
  if (!takesAnothers) return undecided(`${weak}, but another client's is replaced as well`, true)
  if (issued.some(isShort))
    return undecided(`${weak}, but it has too few bits to be told from a balancer's`, true)
  if (issued.some(maySign)) {
    return undecided(
      `${weak}; as its value may hold a signature, the site need not remember it for that`,
      true,
    )
  }
  return null
}

export function remembered(name: string, everywhere: boolean): Role {
  const weak = `${name} is new for each client, kept when brought back, and replaced when it was never issued`
  if (everywhere) {
    return undecided(`${weak}, but it comes with files too, as that of a proxy before the site does`, true)
  }
  return {
    provedBy: 'issued',
    resembles: false,
    why: `the site keeps the values of ${name} that it gave out, another client's too, and replaces one that it never made, which has no room for a signature`,
  }
}

/** Signed or sealed, of several parts, or so long that it may be. */
function maySign(value: string): boolean {
  const { selfContained, format } = describeValue(value)
  return selfContained || /signed|text/.test(format) || bitsOf(value) > MOST_BITS_OF_AN_ID
}

function isShort(value: string): boolean {
  return !describeValue(value).selfContained && bitsOf(value) < LEAST_BITS
}

function bitsOf(value: string): number {
  const { id, bitsPerCharacter } = describeValue(value)
  return id.length * bitsPerCharacter
}
