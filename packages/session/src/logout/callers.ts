import { isSessionError } from '../errors.ts'
import type { Secrets } from '../tokens/endpoints/client-secrets.ts'
import type { Asked } from '../tokens/endpoints/endpoint.ts'
import { EndpointError } from '../tokens/endpoints/endpoint-error.ts'
import { Refused } from './refused.ts'

/** Bytes: what is sent here is far below, and whoever sends more wants something else. */
const mostBytes = 16_384

/**
 * What the request brings to say who calls.
 * @throws Refused 401
 */
export function callerOf(asked: Asked): string {
  const [, bearer] = /^bearer +(\S+)$/i.exec(asked.header('authorization') ?? '') ?? []
  if (bearer !== undefined) return bearer
  throw new Refused('authentication_failed', 'there is no Authorization: Bearer', 401)
}

/**
 * Who calls, by a secret that is compared in constant time.
 * @throws Refused 401
 */
export function assertKnownCaller(asked: Asked, secrets: Secrets): void {
  if (secrets.nameOf(callerOf(asked)) !== null) return
  throw new Refused('authentication_failed', 'only callers that are known may say so', 401)
}

/**
 * The body of a request, which is of one type.
 * @throws Refused 400, EndpointError 413
 */
export async function bodyText(asked: Asked, type: string): Promise<string> {
  const [given = ''] = (asked.header('content-type') ?? '').toLowerCase().split(';')
  if (given.trim() !== type) throw new Refused('invalid_request', `send it as ${type}`)
  let bytes: Buffer | null
  try {
    bytes = await asked.body(mostBytes)
  } catch (error) {
    if (isSessionError(error)) throw error
    throw new Refused('invalid_request', 'the body could not be read')
  }
  if (bytes === null) throw new EndpointError('invalid_request', `the body has over ${mostBytes} bytes`, 413)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Refused('invalid_request', 'the body is not UTF-8')
  }
}
