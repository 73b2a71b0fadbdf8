import type { IncomingMessage } from 'node:http'
import { nodeUrl } from '../../../adapters/core/node-url.ts'
import type { TokenRequest } from '../admission.ts'

/** What a guard asks of a request of node:http or Express; most of it only where there is a proof. */
export function ofNode(req: IncomingMessage): TokenRequest {
  return {
    of: req,
    method: req.method ?? '',
    authorization: req.headers.authorization,
    get url() {
      return nodeUrl(req)
    },
    get dpop() {
      const { dpop } = req.headers
      return dpop === undefined ? null : String(dpop)
    },
  }
}

export function ofFetch(request: Request): TokenRequest {
  return {
    of: request,
    method: request.method,
    authorization: request.headers.get('authorization'),
    get url() {
      return request.url
    },
    get dpop() {
      return request.headers.get('dpop')
    },
  }
}
