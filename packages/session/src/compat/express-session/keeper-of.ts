import type { IncomingMessage } from 'node:http'
import { Session as LatchkeySession } from '../../session.ts'
import type { SessionCookieOut } from './cookie-out.ts'
import { Keeper } from './keeper.ts'
import type { Settings } from './settings.ts'

/** The keeper of a request's session, which is a new one where its own time has passed. */
export async function keeperOf(
  req: IncomingMessage,
  settings: Settings,
  opened: LatchkeySession,
  out: SessionCookieOut,
): Promise<Keeper> {
  const handle = await LatchkeySession.run(opened, 'open', async (handle) => handle)
  const keeper = new Keeper(req, settings, opened, handle, out)
  keeper.load()
  // The session's own time, which may be shorter than its policy's.
  if (!keeper.isExpired) return keeper
  await keeper.end('idle')
  keeper.load()
  return keeper
}
