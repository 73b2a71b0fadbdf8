import type { TargetEvidence, TransportEvidence } from '../../evidence/evidence.ts'
import { NO_CREDENTIALS } from '../../network/cookies/jar.ts'
import { hostOf } from '../../network/host.ts'
import type { Answer, Http } from '../../network/http.ts'
import { AuditError } from '../../options/errors.ts'

export interface TransportSource {
  readonly http: Http
  readonly target: TargetEvidence
  readonly page: URL
  readonly login: { readonly page: URL; readonly action: URL } | null
  /** An answer of this site that is at hand; asked for when left out. */
  readonly seen?: Answer | undefined
}

/** Strict-Transport-Security, what plain http does, and whether the login travels encrypted. */
export async function probeTransport({
  http,
  target,
  page,
  login,
  seen,
}: TransportSource): Promise<TransportEvidence> {
  const answer = seen ?? (await http.send({ url: page, phase: 'anonymous', jar: NO_CREDENTIALS }))
  const exchanges = [answer.exchange]
  const plain = http.allowPlain(page)
  const asked = plain ? await askPlain(http, plain) : null
  if (asked?.exchange !== undefined) exchanges.push(asked.exchange)
  return {
    hsts: target.https ? (answer.headers['strict-transport-security'] ?? null) : null,
    plainHttp: asked?.does ?? null,
    loginPageHttps: login && login.page.protocol === 'https:',
    loginActionHttps: login && login.action.protocol === 'https:',
    exchanges,
  }
}

interface Plain {
  readonly does: Exclude<TransportEvidence['plainHttp'], null>
  readonly exchange?: number
}

async function askPlain(http: Http, url: URL): Promise<Plain> {
  try {
    const { location, exchange } = await http.send({ url, phase: 'anonymous', jar: NO_CREDENTIALS })
    const upgrades =
      location?.protocol === 'https:' && hostOf(location).endsWith(hostOf(url).replace(/^www\./, ''))
    return { does: upgrades ? 'redirects-to-https' : 'serves-content', exchange }
  } catch (error) {
    if (error instanceof AuditError && error.code === 'unreachable') return { does: 'refused' }
    throw error
  }
}
