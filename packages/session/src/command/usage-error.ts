/** Something that the caller of a command has to write in another way. */
export class UsageError extends Error {}

/** What was typed may be a password, so only the name of an option is repeated. @param error of `parseArgs` */
export function usageErrorOf(error: unknown): UsageError {
  const [option] = /--?[\w-]+/.exec((error as Error).message) ?? []
  return new UsageError(option ? `${option} cannot be used like this` : 'this cannot be understood')
}
