import { AuditError } from '../options/errors.ts'
import { type Expectations, MOST_SESSIONS } from '../options/expectations.ts'
import type { Policy } from './policy-schema.ts'

/**
 * What the site is held to by the policy that its application declares.
 * @param name of the policy under which the account signs in
 * @throws AuditError `usage` for a name that it does not have
 */
export function expectationsOf(policy: Policy, name = 'default'): Expectations {
  const { cookie = {}, policies = {}, sessionsPerUser, tokens } = policy
  const times = Object.hasOwn(policies, name) ? policies[name] : undefined
  if (times === undefined && (name !== 'default' || Object.keys(policies).length > 0)) {
    const there = Object.keys(policies).join(', ') || 'none'
    throw new AuditError('usage', `the declared policy has no policies.${name}; there are ${there}`)
  }
  const { idleTimeout, absoluteTimeout, persistent } = times ?? {}
  const prefix = prefixOf(cookie.name)
  // A limit beyond what an audit may sign in is told by nobody (docs/pipelines.md).
  const max = (sessionsPerUser?.max ?? MOST_SESSIONS + 1) > MOST_SESSIONS ? undefined : sessionsPerUser?.max
  const lifetime = persistent === false ? 0 : persistent ? absoluteTimeout : undefined
  return {
    ...(cookie.sameSite === undefined ? {} : { sameSite: cookie.sameSite }),
    ...(prefix === undefined ? {} : { cookiePrefix: prefix }),
    ...(cookie.name === undefined ? {} : { cookieName: cookie.name }),
    ...(lifetime === undefined ? {} : { cookieLifetime: lifetime }),
    ...(max === undefined ? {} : { concurrentSessions: max }),
    ...(idleTimeout === undefined ? {} : { idleTimeout }),
    ...(absoluteTimeout === undefined ? {} : { absoluteTimeout }),
    ...(tokens?.lifetime === undefined ? {} : { tokenLifetime: tokens.lifetime }),
  }
}

function prefixOf(name = ''): '__Host-' | '__Secure-' | undefined {
  const [, prefix] = /^__(host|secure)-/i.exec(name) ?? []
  if (prefix === undefined) return undefined
  return prefix.toLowerCase() === 'host' ? '__Host-' : '__Secure-'
}
