import { randomBytes } from 'node:crypto'

/** Ways to spoil a token, which all keep its length. */
export const spoilt: Readonly<Record<string, (token: string) => string>> = {
  'a wrong signature': (token) => withPart(token, 2, (part) => swapped(part, 10)),
  'a wrong payload': (token) => withPart(token, 1, (part) => swapped(part, 30)),
  'a wrong key id': (token) =>
    withPart(token, 0, (part) => {
      const header = JSON.parse(Buffer.from(part, 'base64url').toString())
      return Buffer.from(JSON.stringify({ ...header, kid: swapped(header.kid, 5) })).toString('base64url')
    }),
  'a header full of brackets': (token) =>
    `${Buffer.from('['.repeat(Math.floor((token.length - 90) * 0.75))).toString('base64url')}.AAAA.`.padEnd(
      token.length,
      'A',
    ),
  'random bytes': (token) => randomBytes(token.length).toString('latin1'),
  'random base64url': (token) => randomBytes(token.length).toString('base64url').slice(0, token.length),
  dots: (token) => '.'.repeat(token.length),
}

function withPart(token: string, at: number, change: (part: string) => string): string {
  return token
    .split('.')
    .map((part, place) => (place === at ? change(part) : part))
    .join('.')
}

function swapped(text: string, at: number): string {
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
}
