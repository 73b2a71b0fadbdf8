import { SessionError } from '../../errors.ts'
import { isStorable } from '../../record/values/stored-text.ts'
import type { StandardSchema } from '../../schema/schema.ts'
import { checkResult } from '../../schema/schema-check.ts'

/** What Latchkey writes, and what other standards give a meaning that an application's claim must not have. */
const reserved = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
  ...['client_id', 'sid', 'auth_time', 'amr', 'acr', 'scope', 'azp', 'nonce'],
  ...['cnf', 'act', 'may_act', 'events', 'token_introspection', 'authorization_details'],
  ...['__proto__', 'constructor', 'prototype'],
])

const maxDepth = 10

/** Whether a claim is an application's own. */
export function isOwnClaim(name: string): boolean {
  return !reserved.has(name)
}

/**
 * An application's claims as they go into a token: absent ones are left out, for many verifiers stumble over null.
 * @throws SessionError `value_invalid`, `value_not_json`; its message names places, and no values
 */
export async function ownClaims(
  claims: unknown,
  schema: StandardSchema | undefined,
): Promise<Record<string, unknown>> {
  const given = schema ? await fitting(claims ?? {}, schema) : (claims ?? {})
  const checked = claimCopy(given, 'claims', 0)
  if (typeof checked !== 'object' || Array.isArray(checked))
    throw refused('value_not_json', 'claims', 'are no plain object')
  for (const name of Object.keys(checked)) {
    if (!isOwnClaim(name))
      throw refused(
        'value_invalid',
        `claims.${name}`,
        'is a name that has a meaning already: call it otherwise',
      )
  }
  return checked as Record<string, unknown>
}

async function fitting(claims: unknown, schema: StandardSchema): Promise<unknown> {
  const checked = checkResult('claims', await schema['~standard'].validate(claims))
  if ('value' in checked) return checked.value
  throw new SessionError(
    'value_invalid',
    `The claims do not fit their schema at ${checked.paths.join(', ')}; no token was issued.`,
    { paths: checked.paths },
  )
}

/** Only what every verifier reads alike: no half surrogate pairs, U+0000, null, or integers that lose digits. */
function claimCopy(value: unknown, path: string, depth: number): string | number | boolean | object {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return claimText(value, path)
  if (typeof value === 'number') {
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value
    throw refused('value_not_json', path, 'is a number that not every verifier can read: write it as text')
  }
  if (typeof value !== 'object' || value === null)
    throw refused(
      'value_not_json',
      path,
      `is ${value === null ? 'null' : `a ${typeof value}`}, which no claim can be`,
    )
  if (depth >= maxDepth) throw refused('value_not_json', path, `is nested deeper than ${maxDepth} levels`)
  if (Array.isArray(value)) return value.map((each, at) => claimCopy(each, `${path}[${at}]`, depth + 1))
  const prototype: unknown = Object.getPrototypeOf(value)
  if ((prototype !== null && prototype !== Object.prototype) || 'toJSON' in value)
    throw refused('value_not_json', path, 'is no plain object')
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined || member === null) continue
    copy[claimText(name, path)] = claimCopy(member, `${path}.${name}`, depth + 1)
  }
  return copy
}

/** @throws SessionError `value_not_json` */
export function claimText(text: unknown, path: string): string {
  if (typeof text === 'string' && isStorable(text)) return text
  throw refused('value_not_json', path, 'is no text of well-formed Unicode without U+0000')
}

function refused(code: 'value_invalid' | 'value_not_json', path: string, problem: string): SessionError {
  return new SessionError(code, `accessToken: ${path.toWellFormed()} ${problem}; no token was issued.`)
}
