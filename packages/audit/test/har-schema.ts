import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { default as formats } from 'ajv-formats'

const require = createRequire(import.meta.url)

/** What the published JSON schema of HAR (the npm package har-schema) finds wrong. */
export function harProblems(har: unknown): readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true })
  formats.default(ajv)
  ajv.addMetaSchema(require('ajv/dist/refs/json-schema-draft-06.json'))
  const { har: schema, ...parts } = require('har-schema')
  for (const part of Object.values(parts)) ajv.addSchema(part as object)
  const validate = ajv.compile(schema)
  return validate(har)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}
