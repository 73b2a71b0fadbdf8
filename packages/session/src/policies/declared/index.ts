/**
 * What sessions declare of themselves, for those who hold the site to it.
 * @module policy
 */

export type { FetchRoute, NodeRoute } from '../../tokens/endpoints/endpoint.ts'
export type { DeclaredCookie, DeclaredPolicy, DeclaredTimes, DeclaredTokens } from './declared-policy.ts'
export {
  type DeclaringSessions,
  nodePolicyRoute,
  type PolicyRouteOptions,
  policyRoute,
} from './policy-route.ts'
