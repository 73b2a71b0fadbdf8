import { jsonSignIn } from '../describe.ts'
import type { Pair } from './pair.ts'

const forgery = {
  seen: 'a token that the site never made is signed in',
  completes: 'token-api',
  check: 'token-signature',
  options: jsonSignIn,
} satisfies Partial<Pair>

/** Sessions that are JSON Web Tokens. */
export const tokenPairs: readonly Pair[] = [
  {
    ...forgery,
    package: 'jwt-simple',
    cve: 'CVE-2016-10555',
    fault: 'the algorithm is what the token says, so that the public key is taken for a secret',
    site: 'jwt-simple',
    vulnerable: { version: '0.2.0' },
    mended: { version: '0.3.1' },
  },
  {
    ...forgery,
    package: 'jsonwebtoken',
    cve: 'CVE-2015-9235',
    fault: 'the algorithm is what the token says, so that the public key is taken for a secret',
    site: 'jsonwebtoken',
    vulnerable: { version: '4.1.0' },
    mended: { version: '4.2.2' },
  },
  {
    ...forgery,
    package: 'node-jose',
    cve: 'CVE-2018-0114',
    fault: 'a token is verified with the key that it brings along',
    site: 'node-jose',
    vulnerable: { version: '0.10.0' },
    mended: { version: '0.11.0' },
  },
]
