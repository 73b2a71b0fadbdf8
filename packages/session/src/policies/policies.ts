import { SessionError } from '../errors.ts'
import { createPolicy, type Policy, type PolicyOptions, policyOptionNames } from './policy.ts'

export interface PoliciesOptions extends PolicyOptions {
  /**
   * Policies by name, chosen by `login(userId, { policy })`. `default` is the one of every other session; its
   * options can be written at the top level instead.
   */
  readonly policies?: Readonly<Record<string, PolicyOptions>> | undefined
}

export interface Policies {
  /** The policy that a record lives under. */
  of(record: { readonly policy: string }): Policy
  /** @throws SessionError `policy_unknown` */
  named(name: string): Policy
}

/** @throws SessionError `config_invalid` */
export function createPolicies(options: PoliciesOptions): Policies {
  const { policies = {} } = options
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
  return {
    // A name that this process does not know (an older or newer release wrote it): the default's timeouts, and the
    // record's own expiresAt, which judge() takes into account as well.
    of: (record) => byName.get(record.policy) ?? fallback,
    named(name) {
      const policy = byName.get(name)
      if (policy) return policy
      throw new SessionError(
        'policy_unknown',
        `There is no policy ${JSON.stringify(name)}. createSessions has ${[...byName.keys()].join(', ')}.`,
      )
    },
  }
}

function topLevelOf(options: PoliciesOptions): PolicyOptions {
  const given = policyOptionNames.filter((name) => options[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, options[name]]))
}
