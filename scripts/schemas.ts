// npm run schemas: writes the JSON Schemas of the auditor's files from what checks them. A test compares.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { publishedSchemas } from '../packages/audit/src/config/published.ts'

for (const [name, schema] of Object.entries(publishedSchemas())) {
  const path = join('packages/audit/schemas', name)
  writeFileSync(path, `${JSON.stringify(schema, null, 2)}\n`)
  console.log(path)
}
spawnSync('biome', ['format', '--write', 'packages/audit/schemas'], { stdio: 'inherit' })
