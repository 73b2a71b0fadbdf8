import { SessionError } from '../errors.ts'
import type { SchemaIssue, SchemaResult, StandardSchema } from './schema.ts'

/** What a schema makes of a value, or where it does not fit: places, never values. */
export type Checked = { readonly value: unknown } | { readonly paths: readonly string[] }

/** @throws SessionError `config_invalid` for a schema that does not answer at once */
export function checkValue(key: string, schema: StandardSchema, value: unknown): Checked {
  const result = schema['~standard'].validate(value)
  if ('then' in result) {
    // Nobody waits for it, so nobody would hear of its failure.
    result.then(undefined, () => undefined)
    throw new SessionError(
      'config_invalid',
      `The schema of ${JSON.stringify(key)} validates asynchronously, but session.get answers at once. ` +
        'Leave what must be awaited out of it, and check that before session.set.',
    )
  }
  return checkResult(key, result)
}

/** @param key what the paths begin with */
export function checkResult(key: string, result: SchemaResult<unknown>): Checked {
  if (!result.issues) return { value: result.value }
  return { paths: [...new Set(result.issues.map((issue) => pathOf(key, issue)))] }
}

// Messages of issues are left out: some validators put the value into them.
function pathOf(key: string, { path = [] }: SchemaIssue): string {
  return path.reduce<string>((text, step) => {
    const name = typeof step === 'object' ? step.key : step
    return typeof name === 'number' ? `${text}[${name}]` : `${text}.${String(name)}`
  }, key)
}
