import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { default as formats } from 'ajv-formats'

const schema = JSON.parse(readFileSync(new URL('../schemas/report-1.json', import.meta.url), 'utf8'))
const ajv = new Ajv2020({ allErrors: true, strictRequired: false })
formats.default(ajv)
const validate = ajv.compile(schema)

/** What the published schema finds wrong in a report. */
export function reportProblems(report: unknown): readonly string[] {
  // As it is written: a member that is undefined is none.
  const written: unknown = JSON.parse(JSON.stringify(report))
  return validate(written)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

/** Members that the schema does not name, by the place they stand in. */
export function unnamedMembers(report: object): readonly string[] {
  const strict = new Ajv2020({ allErrors: true, strict: false })
  formats.default(strict)
  const closed = JSON.parse(JSON.stringify(schema), (_, value: unknown) => {
    const isClosed =
      typeof value === 'object' &&
      value !== null &&
      'properties' in value &&
      'type' in value &&
      'required' in value
    return isClosed ? { ...value, additionalProperties: false } : value
  })
  const check = strict.compile({ ...closed, $id: 'urn:latchkey:closed' })
  check(JSON.parse(JSON.stringify(report)))
  return (check.errors ?? []).map(({ instancePath, params }) => `${instancePath} ${JSON.stringify(params)}`)
}
