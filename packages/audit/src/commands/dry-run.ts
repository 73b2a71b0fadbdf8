import type { PlannedStep } from '../gathering/plan.ts'
import type { AuditOptions } from '../options/options.ts'

/** The plan as a table, with the most that it takes in all. */
export function planAsText({ url, loginOrigins = [] }: AuditOptions, steps: readonly PlannedStep[]): string {
  const total = (count: (step: PlannedStep) => number): number =>
    steps.reduce((sum, step) => sum + count(step), 0)
  const also = loginOrigins.length === 0 ? '' : ` and, to sign in, ${loginOrigins.join(', ')}`
  const requests = total((step) => step.requests)
  const logins = total((step) => step.logins)
  const width = Math.max(...steps.map(({ step }) => step.length))
  const rows = steps.map(({ step, requests, logins, describes }) =>
    row(step.padEnd(width), String(requests), String(logins), describes),
  )
  return [
    `Nothing was sent. An audit of ${url} would contact only ${new URL(url).origin}${also}, in these steps:`,
    '',
    row('step'.padEnd(width), 'requests', 'logins', 'what'),
    ...rows,
    '',
    `On a usual site at most ${requests} requests and ${logins} logins; --max-requests and --max-logins end it earlier.`,
    '',
  ].join('\n')
}

function row(step: string, requests: string, logins: string, what: string): string {
  return `  ${step} ${requests.padStart(8)} ${logins.padStart(7)}  ${what}`
}
