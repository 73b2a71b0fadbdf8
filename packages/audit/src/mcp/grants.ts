import { AuditError } from '../options/errors.ts'
import { readUrl } from '../options/url.ts'

/** A secret that an agent may have sent, by its name; the agent never sees what it is. */
export interface GrantedSecret {
  readonly name: string
  /** The one origin it may be sent to; null for the only one there is. */
  readonly origin: string | null
  /** `env:NAME` or `file:PATH`. */
  readonly where: string
}

/** What the person who started the server allows whoever is at its other end, which is nobody to be trusted. */
export interface Grants {
  /** What may be audited. Empty: any origin of this machine, as a visitor only. */
  readonly origins: readonly string[]
  /** Single sign-ons that may be contacted in a login. */
  readonly loginOrigins: readonly string[]
  readonly secrets: readonly GrantedSecret[]
  /** What the agent chooses may be sent as the user: an action, a password change, a request of its own, the end of all sessions. */
  readonly changes: boolean
  readonly insecure: boolean
  readonly browser: boolean
  /** The folder that reports are written to; null: none is. */
  readonly reports: string | null
  /** The most that one call may take. */
  readonly maxRequests: number
  readonly maxLogins: number
  readonly timeLimit: number
}

/** Reads an origin of the command line. Throws AuditError `usage`. */
export function readOrigin(text: string, option: string): string {
  const url = readUrl(text, option)
  if (url.pathname !== '/' || url.search !== '') {
    throw new AuditError('usage', `${option} wants an origin without a path, such as ${url.origin}`)
  }
  return url.origin
}

/** Reads `NAME=env:VARIABLE` or `NAME@ORIGIN=file:PATH`. Throws AuditError `usage`, and repeats no value. */
export function readSecret(text: string): GrantedSecret {
  const [, name, origin, where] = /^([\w.-]+)(?:@([^=]+))?=((?:env|file):.+)$/s.exec(text) ?? []
  if (name === undefined || where === undefined) {
    throw new AuditError(
      'usage',
      '--secret is written NAME=env:VARIABLE or NAME=file:PATH, with @ORIGIN after the name where there are several',
    )
  }
  return { name, origin: origin === undefined ? null : readOrigin(origin, `--secret ${name}@`), where }
}

/** Throws AuditError `usage` for secrets of which it is not said where they may be sent. */
export function checkSecrets({ origins, secrets }: Pick<Grants, 'origins' | 'secrets'>): void {
  for (const { name, origin } of secrets) {
    if (origins.length === 0) {
      throw new AuditError(
        'usage',
        `--secret ${name} needs --allow-origin, the site that it may be sent to: anybody can listen on another port of this machine`,
      )
    }
    if (origin === null && origins.length > 1) {
      throw new AuditError(
        'usage',
        `say which of the origins the secret ${name} is for: --secret ${name}@${origins[0]}=…`,
      )
    }
    if (origin !== null && !origins.includes(origin)) {
      throw new AuditError('usage', `--secret ${name} is for ${origin}, which is no --allow-origin`)
    }
  }
}
