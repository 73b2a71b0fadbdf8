import { SessionError } from '../errors.ts'
import { isRefreshToken } from '../record/refresh-token.ts'
import { reservedPrefix } from '../record/values/json.ts'
import { createPolicy, type Policy, type PolicyOptions, policyOptionNames } from './policy.ts'

export interface PoliciesOptions extends PolicyOptions {
  /**
   * Policies by name, chosen by `login(userId, { policy })`. `default` is the one of every other session; its
   * options can be written at the top level instead.
   */
  readonly policies?: Readonly<Record<string, PolicyOptions>> | undefined
}

export interface Policies {
  /** Those that a sign-in can name, and `default`. */
  readonly all: readonly Policy[]
  /** The policy that a record lives under. */
  of(record: { readonly policy: string }): Policy
  /** @throws SessionError `policy_unknown` */
  named(name: string): Policy
}

/**
 * @param refresh name of the policy whose times refresh tokens have; null where there are none
 * @throws SessionError `config_invalid`, `policy_unknown`
 */
export function createPolicies(options: PoliciesOptions, refresh: string | null = null): Policies {
  const { policies = {} } = options
  const reserved = Object.keys(policies).find((name) => name.startsWith(reservedPrefix))
  if (reserved !== undefined)
    throw new SessionError(
      'config_invalid',
      `The policy ${JSON.stringify(reserved)} starts with ${reservedPrefix}, which Latchkey keeps for itself. Rename it.`,
    )
  const given = topLevelOf(options)
  if (policies.default && Object.keys(given).length > 0) {
    throw new SessionError(
      'config_invalid',
      `${Object.keys(given).join(', ')}: written both in policies.default and beside it. Write them in one place.`,
    )
  }
  const byName = new Map(
    Object.entries({ ...policies, default: policies.default ?? given }).map(
      ([name, options]) => [name, createPolicy(name, options)] as const,
    ),
  )
  const fallback = createPolicy('default', policies.default ?? given)

  function named(name: string): Policy {
    const policy = byName.get(name)
    if (policy) return policy
    throw new SessionError(
      'policy_unknown',
      `There is no policy ${JSON.stringify(name)}. createSessions has ${[...byName.keys()].join(', ')}.`,
    )
  }

  // Every use replaces a refresh token; whoever brings a replaced one is judged where it is used (tokens/refresh).
  const ofRefreshTokens =
    refresh === null
      ? fallback
      : { ...named(refresh), renewalInterval: 0, reuseTolerance: Number.POSITIVE_INFINITY }

  return {
    all: [...byName.values()],
    // A name that this process does not know (an older or newer release wrote it): the default's timeouts, and the
    // record's own expiresAt, which judge() takes into account as well.
    of: (record) => byName.get(record.policy) ?? (isRefreshToken(record) ? ofRefreshTokens : fallback),
    named,
  }
}

function topLevelOf(options: PoliciesOptions): PolicyOptions {
  const given = policyOptionNames.filter((name) => options[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, options[name]]))
}
