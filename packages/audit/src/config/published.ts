import { z } from 'zod'
import { baselineSchema } from './baseline-schema.ts'
import { configSchema } from './config-schema.ts'
import { policySchema } from './policy-schema.ts'

const PUBLISHED = {
  'config-1': { title: 'latchkey.audit.json, what latchkey-audit is asked', schema: configSchema },
  'policy-1': { title: 'What an application declares of its sessions', schema: policySchema },
  'baseline-1': { title: 'Known findings of latchkey-audit', schema: baselineSchema },
} as const

/** The JSON Schemas of the files that people write, by the names of their files in `schemas`. */
export function publishedSchemas(): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(PUBLISHED).map(([name, { title, schema }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: 'input' })
      return [`${name}.json`, { $schema, title, ...rest }]
    }),
  )
}
