import { randomInt } from 'node:crypto'

const LOWER = 'abcdefghijkmnpqrstuvwxyz'
const UPPER = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
const DIGITS = '23456789'
/** Symbols that hardly any site refuses. */
const SYMBOLS = '!-_'
const LENGTH = 20
/** Characters it has at least, whatever a form says. */
const SHORTEST = 10

/**
 * A password that nobody has used and that the usual rules accept: all four kinds of characters, no two equal
 * ones in a row. Over 100 random bits at its full length of 20 characters, over 45 at the {@link SHORTEST} that
 * `maxLength` can make it.
 */
export function temporaryPassword(maxLength: number | null = null): string {
  const length = Math.max(SHORTEST, Math.min(LENGTH, maxLength ?? LENGTH))
  const kinds = [UPPER, LOWER, DIGITS, SYMBOLS]
  let made = ''
  while (made.length < length) {
    // A letter comes first and a kind of each follows; then anything but symbols.
    const kind = kinds[made.length] ?? LOWER + UPPER + DIGITS
    const next = kind[randomInt(kind.length)] ?? ''
    if (next !== made.at(-1)) made += next
  }
  return made
}
