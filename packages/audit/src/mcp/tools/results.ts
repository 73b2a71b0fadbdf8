import { RESULTS, resultsOf, WANTED, type Wanted } from '../results.ts'
import type { Tool } from '../tool.ts'

interface ResultsInput extends Wanted {
  readonly audit: string
}

/** Another page, or another level of detail, of an audit that was made. */
export const results: Tool<ResultsInput> = {
  name: 'results',
  title: 'Read on in an audit',
  description:
    'More of an audit that this server made: the next findings, or another level of detail. Sends nothing.',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  inputSchema: () => ({
    type: 'object',
    properties: { audit: { type: 'string', description: 'As audit returned it, such as a1.' }, ...WANTED },
    required: ['audit'],
    additionalProperties: false,
  }),
  output: RESULTS,
  async call({ audit, ...wanted }, { reports }) {
    return resultsOf(reports.find(audit), wanted)
  },
}
