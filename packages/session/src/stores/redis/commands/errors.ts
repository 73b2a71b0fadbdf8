import { SessionError } from '../../../errors.ts'

/**
 * The error without what the client hangs on it: ioredis adds the command with its arguments, and Redis repeats
 * arguments in some messages. Session values and hashes must not reach a log.
 */
export function withoutValues(error: unknown): Error {
  if (error instanceof SessionError) return error
  if (!(error instanceof Error)) return new Error('The Redis client failed without an error.')
  const clean: Error & { code?: string } = new Error(messageOf(error))
  clean.name = error.name
  if ('code' in error && typeof error.code === 'string') clean.code = error.code
  return clean
}

/** A primary that became a replica refuses writes so. */
export function isReadonly(error: unknown): boolean {
  return error instanceof Error && /\bREADONLY\b/.test(error.message)
}

export function isMissingScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT')
}

/** The key's slot is, or is about to be, at another node of the cluster. */
export function isRedirection(error: unknown): boolean {
  return error instanceof Error && /^(MOVED|ASK|TRYAGAIN)\b/.test(error.message)
}

function messageOf(error: Error): string {
  if (error instanceof AggregateError && error.message === '') {
    return error.errors.map((each) => (each instanceof Error ? each.message : 'unknown')).join('; ')
  }
  return error.message.replace(/,? with args beginning with.*$/s, '')
}
