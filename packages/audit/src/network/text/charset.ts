import { labelToName, legacyHookDecode } from '@exodus/bytes/encoding.js'
import { createMultibyteEncoder } from '@exodus/bytes/multi-byte.js'
import { createSinglebyteEncoder } from '@exodus/bytes/single-byte.js'
import sniffHtml from 'html-encoding-sniffer'

/** Text of an answer, and the name of the encoding that it came in (the Encoding Standard’s: `windows-1252`). */
export interface Decoded {
  readonly text: string
  readonly charset: string
}

const MULTI_BYTE = ['gbk', 'gb18030', 'big5', 'euc-jp', 'iso-2022-jp', 'shift_jis', 'euc-kr']
const ISO = [2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16].map((part) => `iso-8859-${part}`)
const WINDOWS = [874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258].map((page) => `windows-${page}`)
/** Every encoding that a form may be sent in, but for UTF-8. */
export const LEGACY = [
  ...[...MULTI_BYTE, ...ISO, ...WINDOWS],
  ...['iso-8859-8-i', 'ibm866', 'koi8-r', 'koi8-u', 'macintosh', 'x-mac-cyrillic', 'x-user-defined'],
]

/** Where a page says nothing, browsers take what most old pages are in. All else is UTF-8 unless its type says. */
export function decodeText(bytes: Buffer, contentType: string): Decoded {
  const label = /;\s*charset\s*=\s*["']?([^"';\s]+)/i.exec(contentType)?.[1]
  const isPage = contentType.trim() === '' || /html/i.test(contentType)
  const named = label === undefined ? {} : { transportLayerEncodingLabel: label }
  const charset = isPage ? sniffHtml(bytes, named) : ((label && labelToName(label)) ?? 'UTF-8')
  return { text: legacyHookDecode(bytes, charset), charset }
}

/** The encoding that a form is sent in (HTML, "picking an encoding for the form"). */
export function charsetOfForm(accepted: string, ofPage: string): string {
  const named = accepted
    .split(/[\t\n\f\r ]+/)
    .map(labelToName)
    .find((name) => name !== null)
  const charset = named ?? ofPage
  return /^utf-16|^replacement$/i.test(charset) ? 'UTF-8' : charset
}

/** Bytes of a text; what the encoding cannot hold is written as `&#n;`. */
export function encodeText(text: string, charset: string): Buffer {
  const wellFormed = text.toWellFormed()
  const name = charset.toLowerCase()
  if (name === 'utf-8' || /^[\x20-\x7d]*$/.test(wellFormed)) return Buffer.from(wellFormed)
  const encode = MULTI_BYTE.includes(name) ? createMultibyteEncoder(name) : createSinglebyteEncoder(name)
  const holds = (character: string) => {
    try {
      encode(character)
      return true
    } catch {
      return false
    }
  }
  const held = [...wellFormed].map((each) => (holds(each) ? each : `&#${each.codePointAt(0)};`))
  return Buffer.from(encode(held.join('')))
}

/** Fields as an address or a form's body carries them (the URL Standard, 5.2). */
export function urlencoded(
  fields: readonly (readonly [name: string, value: string])[],
  charset = 'UTF-8',
): string {
  const write = (text: string) =>
    [...encodeText(withLineEnds(text), charset)].map((byte) => escaped(byte)).join('')
  return fields.map(([name, value]) => `${write(name)}=${write(value)}`).join('&')
}

/** Forms write every line end as CR LF (HTML, 4.10.22.5). */
export function withLineEnds(text: string): string {
  return text.replace(/\r\n|\r|\n/g, '\r\n')
}

function escaped(byte: number): string {
  const character = String.fromCharCode(byte)
  if (character === ' ') return '+'
  if (/[\w*.-]/.test(character)) return character
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
}
