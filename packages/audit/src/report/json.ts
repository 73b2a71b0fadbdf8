import type { Report } from '../judging/check.ts'

/** The report as documented in docs/report-schema.md, indented, with a newline at the end. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, null, 2)}\n`
}
