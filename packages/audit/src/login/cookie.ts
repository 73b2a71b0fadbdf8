import { BrowserJar, readCookieHeader } from '../network/cookies/jar.ts'
import type { Http } from '../network/http.ts'
import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'
import { givenSignIn } from './given.ts'
import type { SignIn } from './sign-in.ts'

/** A session the user already has. No login can be made, so what needs one is skipped. */
export function cookieSignIn(http: Http, options: AuditOptions, start: URL): SignIn {
  const credentials = readCookieHeader(options.cookie ?? '')
  if (credentials.length === 0) {
    throw new AuditError('usage', '--cookie must be a Cookie header, such as session=value; other=value')
  }
  const jar = new BrowserJar()
  for (const { name, value } of credentials) {
    http.secrets.add(name, value)
    jar.plant(start, name, value, { domain: null, path: '/' })
  }
  return givenSignIn(jar, start, 'cookie')
}
