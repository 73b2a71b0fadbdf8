import { type BrowserJar, type Jar, NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import type { LoginToken } from './login-token.ts'

/** Pages that turn even users away say nothing: an administrator's, or another user's. */
const MOST_CLOSED = 3

/**
 * Finds the header and the scheme in which the site takes its token: the first that opens what is closed to visitors.
 * Where none does, the likeliest stays.
 * @param asks one request each, sent with the credentials of a jar
 */
export async function settleToken(
  token: LoginToken,
  jar: BrowserJar,
  asks: Iterable<(jar: Jar) => Promise<Answer>>,
): Promise<void> {
  const [usual, ...others] = token.forms()
  if (usual === undefined || others.length === 0) return
  let closed = 0
  for (const ask of asks) {
    if (!isTurnedAway(await ask(NO_CREDENTIALS))) continue
    // A 401 may name a scheme, so that there may be more to try now.
    const tried = new Set<string>()
    for (let form = usual; ; ) {
      token.use(jar, form)
      tried.add(JSON.stringify(form))
      if (isOpen(await ask(jar))) return
      const next = token.forms().find((each) => !tried.has(JSON.stringify(each)))
      if (next === undefined) break
      form = next
    }
    // Some give a token for something else beside the session's cookie, and refuse it.
    token.use(jar, null)
    if (isOpen(await ask(jar))) return
    closed += 1
    if (closed === MOST_CLOSED) break
  }
  token.use(jar, usual)
}

function isTurnedAway({ status, location }: Answer): boolean {
  return status === 401 || status === 403 || location !== null
}

function isOpen({ status }: Answer): boolean {
  return status >= 200 && status < 300
}
