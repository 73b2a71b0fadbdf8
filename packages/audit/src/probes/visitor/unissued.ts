import { randomInt } from 'node:crypto'
import { decode } from '../../network/redaction/secrets.ts'
import { sameShape } from '../value.ts'

/** So many places must differ for a mixture to be neither's. */
const FEWEST_PLACES = 12

/**
 * A value that was never issued, of the form that the site gives its own: in each place what one of two issued values
 * has there. So it keeps to the site's alphabet, and to what is the same in all.
 */
export function unissued(mine: string, theirs: string): string {
  const [a, b] = [decode(mine), decode(theirs)]
  const places = [...a].filter((character, at) => character !== b[at]).length
  if (a.length !== b.length || places < FEWEST_PLACES) return sameShape(mine)
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const mixed = [...a].map((character, at) => (randomInt(2) === 0 ? character : (b[at] ?? ''))).join('')
    if (mixed !== a && mixed !== b) return a === mine && b === theirs ? mixed : encodeURIComponent(mixed)
  }
  return sameShape(mine)
}
