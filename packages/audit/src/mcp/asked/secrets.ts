import { valueReader } from '../../commands/secret.ts'
import { AuditError } from '../../options/errors.ts'
import type { GrantedSecret, Grants } from '../grants.ts'
import { ToolError } from '../tool-error.ts'

const REFERENCE = /^secret:([\w.-]+)$/

/** The secrets that one call may use. */
export interface Secrets {
  /** What is behind `secret:NAME`, for the origin that is asked about. */
  open(argument: string, given: string): Promise<string>
  /** The same, or what was given where it names none. */
  openOrKeep(argument: string, given: string): Promise<string>
}

/** Opens the secrets that may be sent to this origin, and no others. */
export function secretsFor(origin: string, grants: Grants, opened: Map<string, string>): Secrets {
  const open = async (argument: string, given: string) => {
    const name = REFERENCE.exec(given)?.[1]
    if (name === undefined) {
      // What was given could be the secret itself, so it is not repeated.
      throw new ToolError(
        'secret_unknown',
        `${argument} wants secret:NAME, the name of a secret of this server`,
      )
    }
    const granted = find(name, origin, grants)
    if (granted === undefined) {
      const names = namesFor(origin, grants)
      const known = names.length === 0 ? 'none' : names.join(', ')
      throw new ToolError(
        'secret_unknown',
        `${argument} names a secret that this server has not for ${origin}; it has ${known}`,
      )
    }
    const value = await read(granted)
    opened.set(name, value)
    return value
  }
  return {
    open,
    openOrKeep: (argument, given) =>
      given.startsWith('secret:') ? open(argument, given) : Promise.resolve(given),
  }
}

/** The names, as arguments have them, of the secrets that may be sent there. */
function namesFor(origin: string, { secrets }: Grants): string[] {
  return secrets.filter((secret) => isFor(secret, origin)).map(({ name }) => `secret:${name}`)
}

function find(name: string, origin: string, { secrets }: Grants): GrantedSecret | undefined {
  return secrets.find((secret) => secret.name === name && isFor(secret, origin))
}

function isFor(secret: GrantedSecret, origin: string): boolean {
  return secret.origin === null || secret.origin === origin
}

/** Anew each time: a saved session may have been renewed since. */
async function read({ name, where }: GrantedSecret): Promise<string> {
  try {
    return await valueReader()(`--secret ${name}`, where)
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    throw new ToolError('secret_unreadable', `the secret ${name} cannot be read now`)
  }
}
