// npm run docs: API pages of both packages in docs/api, one for each entry. Fails where TypeDoc warns of anything (a link that
// leads nowhere, a public type without a page, a function without a word), and where an entry has no page.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { installed } from '../installed.ts'

const typedoc = join(installed('scripts/docs'), 'typedoc', 'bin', 'typedoc')
const args = [typedoc, '--options', 'scripts/docs/typedoc.json']
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })

const entriesOf = (folder: string) =>
  Object.keys(JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8')).exports).filter(
    (entry) => !entry.endsWith('.json'),
  )
const pages = [
  // A package of one entry has that on its own page.
  ...entriesOf('audit').map((entry) =>
    entry === '.' ? '_latchkey_audit' : `_latchkey_audit.${entry.slice(2)}`,
  ),
  ...entriesOf('session').map(
    (entry) => `latchkey.${entry === '.' ? 'latchkey' : entry.slice(2).replace('/', '_')}`,
  ),
]
const missing = pages.filter((page) => !existsSync(`docs/api/modules/${page}.html`))
for (const page of missing) console.error(`There is no page docs/api/modules/${page}.html`)
if (status === 0 && missing.length === 0) console.log(`${pages.length} entries: docs/api/index.html`)
else process.exitCode = 1
