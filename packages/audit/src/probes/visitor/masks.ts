/**
 * Sites mask the token of a form anew for each answer, so that compression does not give it away (BREACH): a random
 * pad, and the token combined with it. What is below the mask is compared.
 */

const DJANGO = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
/** Of the token itself, in bytes: fewer would be equal by chance. */
const FEWEST_BYTES = 8

/** The token as it is, and what it would be below each mask that it may have. */
export function unmasked(token: string): readonly string[] {
  return [...new Set([token, ...django(token), ...halves(token), ...parts(token)])]
}

/** Django: 32 characters of pad, 32 of the secret shifted by it. */
function django(token: string): string[] {
  if (!/^[0-9a-zA-Z]{64}$/.test(token)) return []
  const at = (index: number) => DJANGO.indexOf(token[index] ?? '')
  const secret = Array.from({ length: 32 }, (_, index) => DJANGO[(at(index + 32) - at(index) + 62) % 62])
  return [secret.join('')]
}

/** Rails, Yii, Spring and others: the pad and the token xor the pad, one after the other. */
function halves(token: string): string[] {
  return bytesOf(token).flatMap((bytes) => {
    const half = bytes.length / 2
    if (!Number.isInteger(half) || half < FEWEST_BYTES) return []
    return [xor(bytes.subarray(0, half), bytes.subarray(half))]
  })
}

/** Symfony and Nextcloud: both apart, each encoded by itself. */
function parts(token: string): string[] {
  const [second = '', first = ''] = token.split(/[.:]/).toReversed()
  if (first === '') return []
  return bytesOf(first).flatMap((pad) =>
    bytesOf(second)
      .filter((bytes) => bytes.length === pad.length && pad.length >= FEWEST_BYTES)
      .map((bytes) => xor(pad, bytes)),
  )
}

function xor(a: Buffer, b: Buffer): string {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] ?? 0))).toString('latin1')
}

/** What the text may encode: hex, or base64 in either alphabet. */
export function bytesOf(text: string): readonly Buffer[] {
  const found: Buffer[] = []
  if (/^(?:[0-9a-f]{2})+$/i.test(text)) found.push(Buffer.from(text, 'hex'))
  if (/^[\w+/-]+={0,2}$/.test(text)) found.push(Buffer.from(text, 'base64'))
  return found
}
