import { SessionError } from '../../errors.ts'
import { refuseUnknown } from '../../known-options.ts'
import type { Asked } from './endpoint.ts'

export interface EndpointCorsOptions {
  /** Whose pages may call the endpoint, to the letter: `['https://app.example.com']`. */
  readonly origins: readonly string[]
}

export interface Cors {
  /** For every answer. */
  headersFor(asked: Asked): Readonly<Record<string, string>>
  /** For the question that a browser sends before it calls. */
  preflight(asked: Asked): Readonly<Record<string, string>>
}

const allowed = 'content-type, authorization, dpop'
const exposed = 'dpop-nonce, www-authenticate'

/**
 * Without options pages of other origins may call nothing (ASVS 3.4.2). No cookie is ever looked at, so that none is let in.
 * @throws SessionError `config_invalid`
 */
export function createCors(options: EndpointCorsOptions | undefined): Cors {
  if (!options) return { headersFor: () => ({}), preflight: () => ({}) }
  refuseUnknown('cors', options, { origins: true })
  const origins = new Set(options.origins)
  for (const origin of origins) {
    if (URL.parse(origin)?.origin === origin) continue
    throw new SessionError(
      'config_invalid',
      `cors: ${JSON.stringify(origin)} is no origin. Write origins: ['https://app.example.com'].`,
    )
  }
  function headersFor(asked: Asked): Readonly<Record<string, string>> {
    const origin = asked.header('origin')
    const vary = { vary: 'Origin' }
    if (origin === null || !origins.has(origin)) return vary
    return { ...vary, 'access-control-allow-origin': origin, 'access-control-expose-headers': exposed }
  }
  return {
    headersFor,
    preflight(asked) {
      const headers = headersFor(asked)
      if (!('access-control-allow-origin' in headers)) return headers
      return {
        ...headers,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': allowed,
        'access-control-max-age': '600',
      }
    },
  }
}
