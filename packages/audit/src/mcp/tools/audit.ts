import { audit as auditSite } from '../../audit.ts'
import { type Format, renderers } from '../../report/index.ts'
import { auditOptionsFor } from '../asked/audit-options.ts'
import type { TargetInput } from '../asked/input.ts'
import { auditProperties, siteProperties } from '../asked/target-schema.ts'
import { writeReport } from '../report-file.ts'
import { RESULTS, resultsOf, WANTED, type Wanted } from '../results.ts'
import type { Tool } from '../tool.ts'
import { ToolError } from '../tool-error.ts'
import { withheld } from '../withheld.ts'

interface AuditInput extends TargetInput, Wanted {
  readonly report?: Format
}

/** Audits a site. */
export const audit: Tool<AuditInput> = {
  name: 'audit',
  title: 'Audit the sessions of a site',
  description:
    'Proves or refutes by behaviour that a running site manages its sessions securely: signs in several times, replays what carries the session after logins and logouts, and judges each check as pass, fail, inconclusive (not proved) or skipped. Takes seconds to minutes. Read on with results, and explain for one check; neither audits again. Audit only sites the user may test, with a test account.',
  // It signs in and out; with --allow-changes it also makes changes, and undoes them.
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  inputSchema: (grants) => ({
    type: 'object',
    properties: {
      ...siteProperties(grants),
      ...auditProperties(grants),
      ...WANTED,
      ...(grants.reports === null
        ? {}
        : {
            report: {
              enum: Object.keys(renderers),
              description: 'Also write the whole report to a file, in this format; the result names it.',
            },
          }),
    },
    required: ['url'],
    additionalProperties: false,
  }),
  output: RESULTS,
  async call(
    { detail, offset, limit, report: format, ...input },
    { grants, turn, reports, secrets, signal, onProgress },
  ) {
    if (format !== undefined && grants.reports === null) {
      throw new ToolError('not_allowed', 'this server writes no files; --reports at its start names a folder')
    }
    const options = await auditOptionsFor(input, grants, secrets)
    const made = await turn.take('audit', () => auditSite({ ...options, signal, onProgress }))
    // What is kept and written has none either: whoever asks may read that too.
    const report = withheld(made, secrets)
    const kept = reports.keep(report)
    return {
      ...resultsOf(kept, { ...(detail && { detail }), ...(offset && { offset }), ...(limit && { limit }) }),
      ...(format === undefined || grants.reports === null
        ? {}
        : { report: await writeReport(report, format, grants.reports) }),
    }
  },
}
