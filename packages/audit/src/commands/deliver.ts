import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import type { Report } from '../judging/check.ts'
import { type Format, renderers } from '../report/index.ts'
import { summaryLine } from '../report/summary.ts'
import { notice, say, usesColour } from './io.ts'
import { usage } from './options.ts'

interface DeliveryFlags {
  readonly format: Format
  readonly output?: string
  readonly report?: readonly string[]
  readonly quiet?: true
}

/** Formats by what their files are called, where that is another word. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  txt: 'text',
  htm: 'html',
  md: 'markdown',
  xml: 'junit',
}

/** Prints the report, or writes it to a file, and to every other file that was named. */
export async function deliver(report: Report, flags: DeliveryFlags): Promise<void> {
  const { output, format, report: files = [] } = flags
  for (const path of files) {
    await writing(path, async () => {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, renderers[formatOf(path)](report))
    })
  }
  if (output === undefined) return await say(renderers[format](report, { colour: usesColour() }))
  await writing(output, () => writeFile(output, renderers[format](report)))
  notice(`${summaryLine(report)}; the report is in ${output}`, flags)
}

/**
 * The format of a file by its name.
 * @throws AuditError `usage`
 */
export function formatOf(path: string): Format {
  const extension = extname(path).slice(1).toLowerCase()
  const name = EXTENSIONS[extension] ?? extension
  if (isFormat(name)) return name
  const known = [...Object.keys(renderers), ...Object.keys(EXTENSIONS)].filter((each) =>
    isFormat(EXTENSIONS[each] ?? each),
  )
  throw usage(
    `--report ${path}: its name says no format; let it end with ${known.map((each) => `.${each}`).join(', ')}`,
  )
}

function isFormat(name: string): name is Format {
  return Object.hasOwn(renderers, name)
}

/** Says what cannot be written. Throws AuditError `usage`. */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw usage(`cannot write ${path} (${code}); give a file in a directory that you may write to`)
  }
}
