import { randomBytes, timingSafeEqual } from 'node:crypto'

/** The one account that every twin knows. The password is new in each run, so that a leak is unmistakable. */
export const ACCOUNT = {
  username: 'ada',
  password: `engine-${randomBytes(12).toString('hex')}`,
  name: 'Ada Lovelace',
} as const

export function isAccount(username: unknown, password: unknown): boolean {
  return username === ACCOUNT.username && typeof password === 'string' && sameText(password, ACCOUNT.password)
}

/** The account as one running twin knows it: there the password can be changed. */
export interface ChangeableAccount {
  is(username: unknown, password: unknown): boolean
  /** False, and nothing is changed, unless `current` is its password and `next` could be one. */
  change(current: unknown, next: unknown): boolean
  /** What an app keeps in a session, to refuse it when it has grown since. */
  readonly generation: number
  endSessions(): void
  /** Whether it has the password that it started with. */
  isAsBefore(): boolean
}

/** Every password that any twin was given, to be looked for in reports. */
export const passwordsGiven = new Set<string>([ACCOUNT.password])

export function changeableAccount(): ChangeableAccount {
  let password: string = ACCOUNT.password
  let generation = 0
  return {
    is: (username, given) => username === ACCOUNT.username && sameText(given, password),
    change(current, next) {
      if (!sameText(current, password) || typeof next !== 'string' || next.length < 10) return false
      passwordsGiven.add(next)
      password = next
      return true
    },
    endSessions() {
      generation += 1
    },
    get generation() {
      return generation
    },
    isAsBefore: () => password === ACCOUNT.password,
  }
}

/** 256 random bits, base64url. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url')
}

/** Compares in constant time; false for anything that is not two equal strings. */
export function sameText(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return false
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
