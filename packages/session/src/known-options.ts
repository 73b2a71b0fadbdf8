import { SessionError } from './errors.ts'

/**
 * A name that is misspelt would be an option that silently does nothing, so every object of options is looked at.
 * @param what whose options they are, as people write it: 'memoryStore', 'cookie'
 * @param known every option there is; a record, so that the compiler says when one is missing
 * @throws SessionError `config_invalid` that names the options there are
 */
export function refuseUnknown<Options extends object>(
  what: string,
  options: Options,
  known: NoInfer<Readonly<Record<keyof Options, true>>>,
): void {
  const unknown = Object.keys(options).filter((name) => !Object.hasOwn(known, name))
  if (unknown.length === 0) return
  throw new SessionError(
    'config_invalid',
    `${what} has no option ${unknown.join(', ')}. It has ${Object.keys(known).join(', ')}.`,
  )
}
