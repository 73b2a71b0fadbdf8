/** What the two drivers' errors have in common. */
interface DriverError extends Error {
  readonly code?: unknown
}

export interface ErrorRules {
  /** Codes of a statement that lost against another transaction and has changed nothing. */
  readonly lost: ReadonlySet<unknown>
  /** The error to throw instead. */
  translate(error: DriverError): Error | null
  /** Members that can hold values of the statement. */
  readonly telltale: readonly string[]
}

// Of those that wait for the same row, one wins each time.
const attempts = 30

/**
 * Runs one statement. Single statements lose against others only where the isolation level is stricter than usual;
 * they have changed nothing then, and are sent again.
 */
export async function runStatement<T>(send: () => Promise<T>, rules: ErrorRules): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      if (attempt < attempts && rules.lost.has((error as DriverError).code)) continue
      throw rules.translate(error) ?? withoutValues(error, rules.telltale)
    }
  }
}

/** Errors end in logs, and session values must not. The driver made this one for our statement alone. */
function withoutValues(error: Error, members: readonly string[]): Error {
  for (const member of members) Reflect.deleteProperty(error, member)
  return error
}
