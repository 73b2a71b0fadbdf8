import { AuditError } from './errors.ts'
import { makesLogins } from './makes-logins.ts'
import type { AuditOptions } from './options.ts'
import { readPuzzleRequest } from './puzzle-request.ts'

/** Throws AuditError `usage` for a second account, or requests of a visitor, that cannot be what was meant. */
export function checkOthers(options: AuditOptions, site: URL): void {
  const { secondUsername, secondPassword, username, passive, puzzle, puzzleRequests = [] } = options
  if ((secondUsername === undefined) !== (secondPassword === undefined))
    throw new AuditError('usage', '--second-username and --second-password go together')
  if (secondUsername !== undefined) {
    if (passive || username === undefined || !makesLogins(options))
      throw new AuditError('usage', '--second-username needs a first user name and password to sign in with')
    if (secondUsername === username)
      throw new AuditError('usage', '--second-username is another account than --username')
  }
  if (passive && (puzzle || puzzleRequests.length > 0))
    throw new AuditError('usage', '--puzzle and --puzzle-request are for an audit that signs in')
  if (username === undefined && (puzzle || puzzleRequests.some((text) => text.includes('{{'))))
    throw new AuditError('usage', '--puzzle gives the name of the account, so give --username too')
  for (const text of puzzleRequests) {
    const { url } = readPuzzleRequest(text, site, username ?? '')
    if (url.hostname !== site.hostname) {
      throw new AuditError(
        'usage',
        `--puzzle-request is on another host than ${site.host}; an audit stays on one origin`,
      )
    }
  }
}
