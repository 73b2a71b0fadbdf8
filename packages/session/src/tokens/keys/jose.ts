import { SessionError } from '../../errors.ts'

/**
 * The package jose, loaded where keys are made or wrapped: no request waits for it.
 * @throws SessionError `config_invalid` where it is not installed
 */
export async function loadJose(what: string) {
  try {
    return await import('jose')
  } catch (cause) {
    throw new SessionError('config_invalid', `${what} needs the package jose. Run npm install jose.`, {
      cause,
    })
  }
}
