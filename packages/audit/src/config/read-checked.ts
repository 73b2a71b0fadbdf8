import { readFile } from 'node:fs/promises'
import type { z } from 'zod'
import { AuditError } from '../options/errors.ts'
import { problemsOf } from './problems.ts'

/**
 * Reads a JSON file and checks it.
 * @param what the file, as people call it
 * @throws AuditError `usage` that names the file and each problem
 */
export async function readChecked<T extends z.ZodType>(
  path: string,
  schema: T,
  what: string,
): Promise<z.output<T>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw new AuditError('usage', `cannot read ${path}, ${what} (${code})`)
  }
  return parseChecked(text, schema, path)
}

/**
 * Checks a JSON text.
 * @param from where it comes from, for messages
 * @throws AuditError `usage`
 */
export function parseChecked<T extends z.ZodType>(text: string, schema: T, from: string): z.output<T> {
  let given: unknown
  try {
    given = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new AuditError('usage', `${from} is no JSON${placeOf(error, text)}`)
  }
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const problems = problemsOf(schema, given, result.error)
  const [first = ''] = problems
  throw new AuditError(
    'usage',
    problems.length === 1
      ? `${from}: ${first}`
      : `${from} has ${problems.length} problems\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
  )
}

/** The line alone: what JSON.parse says repeats a part of the text, and that could be a secret. */
function placeOf(error: unknown, text: string): string {
  const [, position] = /\bposition (\d+)/.exec(error instanceof Error ? error.message : '') ?? []
  if (position === undefined) return ''
  return `: see line ${text.slice(0, Number(position)).split('\n').length}`
}
