import { SessionError } from '../../errors.ts'

/** Milliseconds. */
const shareFor = 1000

interface Whose {
  readonly database: 'postgres' | 'mysql'
  readonly label: string
}

/**
 * Checks once in the life of a store that the table is of the version it knows: beside the first operation, whose
 * answer waits for it, and beside the next ones for as long as it is not.
 * @param readVersion 0 when there is none
 */
export function createVersionCheck(
  readVersion: () => Promise<number>,
  known: number,
  { database, label }: Whose,
) {
  let isRight = false
  let latest: { readonly answer: Promise<void>; readonly since: number } | null = null

  async function check(): Promise<void> {
    const found = await readVersion()
    if (found === 0) throw missingTable(database, label)
    if (found !== known) throw wrongVersion(label, found, known)
    isRight = true
  }

  /** One answer serves all who ask at once; but the connection it was asked on may be dead. */
  function shared(): Promise<void> {
    const now = performance.now()
    if (!latest || now - latest.since > shareFor) latest = { answer: check(), since: now }
    return latest.answer
  }

  async function checked<T>(operation: () => Promise<T>): Promise<T> {
    const [answer] = await Promise.all([operation(), shared().catch(forget)])
    return answer
  }

  function forget(error: unknown): never {
    latest = null
    throw error
  }

  return <T>(operation: () => Promise<T>): Promise<T> => (isRight ? operation() : checked(operation))
}

export function wrongVersion(label: string, found: number, known: number): SessionError {
  return new SessionError(
    'schema_mismatch',
    `The table ${label} has schema version ${found}, this Latchkey knows version ${known}. ` +
      (found > known ? 'Update Latchkey.' : 'Run latchkey-migrate.'),
  )
}

export function missingTable(database: Whose['database'], label: string, cause?: unknown): SessionError {
  return new SessionError(
    'schema_mismatch',
    `There is no table ${label}, or it is not as Latchkey made it. Create it: latchkey-migrate ${database} --url ... ` +
      '(with --table and --schema if the store has them; --print shows the SQL).',
    { cause },
  )
}
