import { isSessionError } from '../../errors.ts'
import type { Asked } from './endpoint.ts'
import { EndpointError } from './endpoint-error.ts'

/** Bytes: tokens are far below, and whoever sends more wants something else. */
const mostBytes = 16_384

/**
 * The parameters of a request (RFC 6749 appendix B): those of its body alone, for addresses are written into logs (ASVS
 * 14.2.1).
 * @throws EndpointError 400, 413
 */
export async function readForm(asked: Asked): Promise<ReadonlyMap<string, string>> {
  const type = asked.header('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type))
    throw new EndpointError('invalid_request', 'send the parameters as application/x-www-form-urlencoded')
  const text = decoded(await bytesOf(asked))
  const form = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(text)) {
    if (form.has(name)) throw new EndpointError('invalid_request', 'a parameter is there twice')
    // One without a value counts as left out (RFC 6749 section 3.2).
    if (value !== '') form.set(name, value)
  }
  return form
}

async function bytesOf(asked: Asked): Promise<Buffer> {
  let bytes: Buffer | null
  try {
    bytes = await asked.body(mostBytes)
  } catch (error) {
    if (isSessionError(error)) throw error
    throw new EndpointError('invalid_request', 'the body could not be read')
  }
  if (bytes === null) throw new EndpointError('invalid_request', `the body has over ${mostBytes} bytes`, 413)
  return bytes
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new EndpointError('invalid_request', 'the body is not UTF-8')
  }
}

/** @throws EndpointError 400 */
export function needed(form: ReadonlyMap<string, string>, name: string): string {
  const value = form.get(name)
  if (value !== undefined) return value
  throw new EndpointError('invalid_request', `there is no parameter ${name}`)
}
