import { AuditError } from './errors.ts'
import { placesOf } from './login-body.ts'
import { fillBody, type NamedRequest, readRequest } from './request.ts'

const OPTION = '--puzzle-request'

/** Reads a request that a visitor makes before a login, with the account's name in its places. Throws `usage`. */
export function readPuzzleRequest(text: string, base: URL, username: string): NamedRequest {
  const unknown = placesOf(text).find((name) => name !== 'username')
  if (unknown !== undefined)
    throw new AuditError('usage', `${OPTION} has {{${unknown}}}; there is {{username}}`)
  const address = text.replace(
    /^(\s*\S+\s+)(\S+)/,
    (_, method: string, to: string) =>
      method + to.replace(/\{\{\s*username\s*\}\}/g, () => encodeURIComponent(username)),
  )
  const request = readRequest(address, OPTION, base)
  return { ...request, body: request.body && fillBody(request.body, { username }) }
}
