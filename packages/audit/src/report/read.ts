import { readFile } from 'node:fs/promises'
import {
  isObject,
  list,
  number,
  object,
  oneOf,
  optional,
  orNull,
  type Shape,
  text,
} from '../evidence/shape.ts'
import type { Report } from '../judging/check.ts'
import { severities } from '../judging/severity.ts'
import { AuditError } from '../options/errors.ts'

const severity = oneOf(...severities)

/** What is needed of a report to compare it; the rest is let through. */
const shape: Shape = object({
  tool: object({ name: text, version: text }),
  target: object({ url: text, origin: text }),
  finishedAt: text,
  outcome: text,
  checks: list(
    object({
      id: text,
      title: text,
      verdict: oneOf('pass', 'fail', 'inconclusive', 'skipped'),
      severity,
      reason: text,
      findings: list(
        object({
          where: text,
          seen: text,
          fix: text,
          severity,
          kind: optional(text),
          fingerprint: optional(text),
        }),
      ),
    }),
  ),
  exchanges: list(object({ id: number, curl: text, location: orNull(text) })),
})

/**
 * Reads a report that `--format json` wrote.
 * @throws AuditError `report_invalid` when it cannot be read, is no report or is of another version; it says which.
 */
export async function readReport(path: string): Promise<Report> {
  let json: string
  try {
    json = await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw invalid(`cannot read the report ${path} (${code})`)
  }
  try {
    return parseReport(json)
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    throw invalid(`${path}: ${error.message}`)
  }
}

/** The same of its text. */
export function parseReport(json: string): Report {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw invalid('this is no JSON; give a report that --format json wrote')
  }
  const schema = isObject(parsed) ? parsed.schema : undefined
  if (typeof schema === 'string' && schema.startsWith('latchkey-evidence/')) {
    throw invalid('this is evidence; --from-evidence FILE --format json makes a report of it')
  }
  if (typeof schema !== 'string' || !schema.startsWith('latchkey-report/')) {
    throw invalid('this is no report; give one that --format json wrote')
  }
  if (schema !== 'latchkey-report/1') {
    throw invalid(`this is ${schema}, and this version reads latchkey-report/1`)
  }
  const wrong = shape(parsed, 'report')
  if (wrong !== null) throw invalid(`this report is damaged: ${wrong}`)
  return parsed as Report
}

function invalid(message: string): AuditError {
  return new AuditError('report_invalid', message)
}
