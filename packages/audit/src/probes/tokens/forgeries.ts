import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { TokenTrial } from '../../evidence/evidence.ts'
import { encode, type Jws } from './jws.ts'

/** A token that its issuer never made. It says what the genuine one says, of the same user. */
export interface Forgery {
  readonly kind: TokenTrial['kind']
  /** In words, without the token. */
  readonly how: string
  readonly text: string
  /** Makes one that says something else; null where this way allows nothing else to be said. */
  readonly make: Maker | null
}

/** A whole token with these claims. */
export type Maker = (claims: Readonly<Record<string, unknown>>) => string

const HASHES: Readonly<Record<string, string>> = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' }
/** A file without content on every Unix, from wherever keys are looked for. */
const EMPTY_FILE = `${'../'.repeat(12)}dev/null`

export const isAsymmetric = (alg: string): boolean => /^(?:RS|PS|ES)\d{3}K?$|^EdDSA$|^Ed\d+$/i.test(alg)
export const isHmac = (alg: string): boolean => alg in HASHES

/** The genuine token with one byte of its signature changed: not the last ones, some of whose bits count for nothing. */
export function withOtherSignature({ input, signature }: Jws): string {
  const other = Buffer.from(signature)
  const middle = Math.floor(other.length / 2)
  other[middle] = (other[middle] ?? 0) ^ 0x55
  return `${input}.${other.toString('base64url')}`
}

/** One claim more under the genuine signature. */
export function withOtherClaims(jws: Jws, claims: Readonly<Record<string, unknown>>): string {
  const [head = '', , signature = ''] = jws.text.split('.')
  return `${head}.${encode(claims)}.${signature}`
}

/** What can be told apart only once the signature is known to be looked at, in the order of trial. */
export function forgeries(jws: Jws, publicKey: KeyObject | null, certificate: string | null): Forgery[] {
  return [
    ...unsigned(jws),
    ...stripped(jws),
    ...emptyKey(jws),
    ...(publicKey === null ? [] : confused(jws, publicKey, certificate)),
    ...embedded(jws),
    ...keyNames(jws),
    ...zeros(jws),
  ]
}

/** The same claims under an HMAC with this key. */
export function hmacMaker(header: Readonly<Record<string, unknown>>, key: string | Buffer): Maker {
  const hash = HASHES[String(header.alg)] ?? 'sha256'
  return (claims) => {
    const input = `${encode(header)}.${encode(claims)}`
    return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`
  }
}

function forgery(jws: Jws, kind: Forgery['kind'], how: string, make: Maker): Forgery {
  return { kind, how, text: make(jws.claims), make }
}

/** RFC 8725, 3.1 and 3.2: `none`, as it may slip past a comparison of words. */
function unsigned(jws: Jws): Forgery[] {
  const none = (alg: string, dot: string): Maker => {
    const header = encode({ ...jws.header, alg })
    return (claims) => `${header}.${encode(claims)}${dot}`
  }
  return [
    ...['none', 'None', 'NONE', 'nOnE'].map((alg) =>
      forgery(jws, 'none', `alg ${alg} and no signature`, none(alg, '.')),
    ),
    forgery(jws, 'none', 'alg none and no third part', none('none', '')),
  ]
}

function stripped(jws: Jws): Forgery[] {
  const head = jws.text.split('.')[0]
  return [
    forgery(jws, 'stripped', 'an empty signature', (claims) => `${head}.${encode(claims)}.`),
    forgery(jws, 'stripped', 'no third part', (claims) => `${head}.${encode(claims)}`),
  ]
}

function emptyKey(jws: Jws): Forgery[] {
  return isHmac(jws.alg)
    ? [forgery(jws, 'empty-key', 'an HMAC with an empty key', hmacMaker(jws.header, ''))]
    : []
}

/** RFC 8725, 2.1: the public key taken for a shared secret, in each form that a server may have it in. */
function confused(jws: Jws, key: KeyObject, certificate: string | null): Forgery[] {
  const spki = key.export({ format: 'pem', type: 'spki' }).toString()
  const pkcs1 =
    key.asymmetricKeyType === 'rsa' ? key.export({ format: 'pem', type: 'pkcs1' }).toString() : null
  const forms: readonly (readonly [string, string])[] = [
    ['PEM', spki],
    ['PEM without its last line end', spki.trimEnd()],
    ...(pkcs1 === null
      ? []
      : ([
          ['PEM of PKCS #1', pkcs1],
          ['PEM of PKCS #1 without its last line end', pkcs1.trimEnd()],
        ] as const)),
    ...(certificate === null ? [] : ([['certificate', certificate]] as const)),
  ]
  return forms.map(([name, text]) =>
    forgery(
      jws,
      'key-confusion',
      `alg HS256, the site's public key (${name}) as the secret`,
      hmacMaker({ ...jws.header, alg: 'HS256' }, text),
    ),
  )
}

/** RFC 8725, 3.10 and ASVS 9.1.3: a key that the token brings along. */
function embedded(jws: Jws): Forgery[] {
  const rsa = /^[RP]S/.test(jws.alg)
  const { privateKey, publicKey } = rsa
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { kid } = jws.header
  const jwk = { ...publicKey.export({ format: 'jwk' }), ...(kid === undefined ? {} : { kid }) }
  const alg = rsa ? 'RS256' : 'ES256'
  const header = { ...jws.header, alg, jwk: { ...jwk, alg, use: 'sig' } }
  return [
    forgery(jws, 'embedded-jwk', `${alg} by a key of ours that its header brings along`, (claims) => {
      const input = `${encode(header)}.${encode(claims)}`
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${input}.${signature.toString('base64url')}`
    }),
  ]
}

/** A key whose content is known. Nothing is written, and no database is spoken to. */
function keyNames(jws: Jws): Forgery[] {
  if (jws.header.kid === undefined) return []
  const alg = isHmac(jws.alg) ? jws.alg : 'HS256'
  return [
    ['empty', ''],
    ['the path of an empty file', EMPTY_FILE],
  ].map(([name, kid]) =>
    forgery(
      jws,
      'key-name',
      `an HMAC with an empty key and a kid that is ${name}`,
      hmacMaker({ ...jws.header, alg, kid }, ''),
    ),
  )
}

/** r = s = 0 satisfies the equation of a verifier that does not look at the range (CVE-2022-21449). */
function zeros(jws: Jws): Forgery[] {
  const bytes = /^ES(?:256K?|384|512)$/.test(jws.alg) ? jws.signature.length : 0
  if (bytes === 0) return []
  const head = jws.text.split('.')[0]
  const der = Buffer.from([0x30, 6, 2, 1, 0, 2, 1, 0])
  return [['r = s = 0', Buffer.alloc(bytes)] as const, ['r = s = 0 in DER', der] as const].map(
    ([name, signature]) =>
      forgery(
        jws,
        'zero-signature',
        `a signature of ${name}`,
        (claims) => `${head}.${encode(claims)}.${signature.toString('base64url')}`,
      ),
  )
}
