import type { HttpRequest } from '../../network/request.ts'
import type { NamedRequest } from '../../options/request.ts'

/** What tells a user from a visitor is asked for like this; nothing for a page that is opened. */
export type Asking = Pick<HttpRequest, 'method' | 'body' | 'script' | 'headers'>

/** A request that a page makes by itself, to an address of the site. */
export interface PageRequest extends Asking {
  readonly url: URL
}

export function askingOf(request: NamedRequest | null): Asking {
  if (request === null) return {}
  const { method, body } = request
  return { method, script: method !== 'GET', ...(body === null ? {} : { body }) }
}
