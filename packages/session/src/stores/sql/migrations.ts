import { wrongVersion } from './version.ts'

/** One step of the schema. */
export interface Migration {
  /** From 1 on, without gaps. */
  readonly version: number
  /** Statements, each ended by a semicolon. */
  readonly sql: string
}

/**
 * The steps that a table at version `from` still needs.
 * @throws SessionError `schema_mismatch` if it is newer than any step
 */
export function missingMigrations<T>(steps: readonly T[], from: number, label: string): T[] {
  if (from > steps.length) throw wrongVersion(label, from, steps.length)
  return steps.slice(from)
}
