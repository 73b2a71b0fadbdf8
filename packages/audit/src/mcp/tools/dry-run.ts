import { plan } from '../../gathering/plan.ts'
import { auditOptionsFor } from '../asked/audit-options.ts'
import type { TargetInput } from '../asked/input.ts'
import { auditProperties, siteProperties } from '../asked/target-schema.ts'
import type { Tool } from '../tool.ts'

/** What an audit would do; sends nothing. */
export const dryRun: Tool<TargetInput> = {
  name: 'dry_run',
  title: 'What an audit would do',
  description:
    'Lists the steps that audit would take with the same arguments, and at most how many requests and logins. Sends nothing.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  inputSchema: (grants) => ({
    type: 'object',
    properties: { ...siteProperties(grants), ...auditProperties(grants) },
    required: ['url'],
    additionalProperties: false,
  }),
  output: {
    type: 'object',
    properties: {
      origin: { type: 'string', description: 'The only one that would be contacted,' },
      loginOrigins: { type: 'array', items: { type: 'string' }, description: 'and these to sign in.' },
      requests: { type: 'integer', description: 'At most, on a usual site.' },
      logins: { type: 'integer' },
      steps: { type: 'array', items: { type: 'object' } },
    },
    required: ['origin', 'requests', 'logins', 'steps'],
  },
  async call(input, { grants, secrets }) {
    const options = await auditOptionsFor(input, grants, secrets)
    const steps = plan(options)
    return {
      origin: new URL(options.url).origin,
      loginOrigins: options.loginOrigins ?? [],
      requests: steps.reduce((sum, { requests }) => sum + requests, 0),
      logins: steps.reduce((sum, { logins }) => sum + logins, 0),
      steps: steps.map(({ step, requests, logins, describes }) => ({
        step,
        requests,
        logins,
        does: describes,
      })),
    }
  },
}
