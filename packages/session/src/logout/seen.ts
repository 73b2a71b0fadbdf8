import { hash } from 'node:crypto'
import { makeNote, notePrefix } from '../record/note.ts'
import type { SessionContext } from '../request/context.ts'

const purpose = `${notePrefix}seen`

/** A token by its issuer and its name there (claims `iss`, `jti`); never by its text, of which there may be several. */
export interface TokenName {
  readonly issuer: string
  readonly id: string
}

const sidOf = ({ issuer, id }: TokenName) =>
  `${purpose}:${hash('sha256', JSON.stringify([issuer, id]), 'base64url')}`

/** Whether a token of this name was acted on before. */
export async function wasSeen(context: SessionContext, name: TokenName): Promise<boolean> {
  return (await context.read(sidOf(name), { fresh: true })) !== null
}

/**
 * Remembers it, once what it asks is done: what failed half way must be done by the next try. False where another has done
 * so meanwhile.
 * @param until milliseconds since the epoch, from which on the token is too old anyway
 */
export function markSeen(context: SessionContext, name: TokenName, until: number): Promise<boolean> {
  const note = { sid: sidOf(name), owner: null, purpose, at: context.now(), expiresAt: until, data: {} }
  return makeNote(context, note)
}
