import { createHash } from 'node:crypto'
import { decode } from '../../network/redaction/secrets.ts'
import { bytesOf, unmasked } from './masks.ts'

/** A signed value is base64 of base64 in some libraries. */
const DEEPEST = 4
const SHORTEST = 8

/**
 * Whether a token can be read out of a cookie's value, or is a hash of it: then the cookie may be nothing but the other
 * half of a double submit, which the site need not remember.
 */
export function isReadable(token: string, value: string): boolean {
  const layers = layersOf(decode(value), DEEPEST)
  const forms = formsOf(token)
  return [...layers].some(
    (layer) =>
      forms.some((form) => layer.includes(form) || (layer.length >= SHORTEST && form.includes(layer))) ||
      hashesOf(layer).some((hash) => forms.includes(hash)),
  )
}

/** The value, its parts, and what they encode. */
function layersOf(text: string, depth: number, found = new Set<string>()): ReadonlySet<string> {
  if (text.length < SHORTEST || found.has(text)) return found
  for (const form of unmasked(text)) found.add(form)
  if (depth === 0) return found
  const pieces = text.split(/[^\w+/=-]+|--/).filter((piece) => piece !== text)
  for (const piece of pieces) layersOf(piece, depth - 1, found)
  for (const bytes of bytesOf(text)) layersOf(bytes.toString('latin1'), depth - 1, found)
  return found
}

function formsOf(token: string): readonly string[] {
  const bytes = Buffer.from(token, 'latin1')
  const encoded = (['hex', 'base64', 'base64url'] as const).map((encoding) => bytes.toString(encoding))
  const pieces = token.split(/[^\w+/=-]+/).filter((piece) => piece.length >= 16)
  const decoded = [token, ...pieces].flatMap((piece) => bytesOf(piece).map((each) => each.toString('latin1')))
  return [token, ...pieces, ...encoded, ...decoded].filter((form) => form.length >= SHORTEST)
}

function hashesOf(layer: string): readonly string[] {
  return ['md5', 'sha1', 'sha256', 'sha512'].flatMap((algorithm) => {
    const digest = createHash(algorithm).update(layer, 'latin1').digest()
    return [digest.toString('latin1'), digest.toString('hex'), digest.toString('base64')]
  })
}
