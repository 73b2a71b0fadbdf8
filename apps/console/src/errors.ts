import { DatabaseError } from './data/database.ts'

/**
 * What a log may say of an error: kind, code and place. Never the message, which may quote what a user typed.
 */
export function errorFacts(error: unknown): { error: string; code?: string; at?: string[] } {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {}
  // A stack begins with the message, so of its lines only places in files are taken.
  const places = (error.stack ?? '').replace(error.message, '').matchAll(/(?:file|node):[^\s()]+:\d+:\d+/g)
  return { error: error.name, ...code, at: [...places].map(([place]) => place).slice(0, 4) }
}

/** Whether the database could not answer: the same to a visitor as a session store that cannot. */
export function isDatabaseError(error: unknown): boolean {
  if (error instanceof DatabaseError) return true
  return error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR'
}
