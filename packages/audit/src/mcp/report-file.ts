import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '../judging/check.ts'
import { type Format, renderers } from '../report/index.ts'

const ENDINGS: Readonly<Record<Format, string>> = {
  text: 'txt',
  json: 'json',
  html: 'html',
  sarif: 'sarif',
  junit: 'xml',
  markdown: 'md',
}

/**
 * Writes the whole report into the folder that was allowed, under a name of its own: an agent chooses no path, and
 * nothing that is there is written over. The audit is done, so what goes wrong is said and not thrown.
 */
export async function writeReport(
  report: Report,
  format: Format,
  folder: string,
): Promise<{ readonly file: string } | { readonly notWritten: string }> {
  const host = new URL(report.target.url).host.replace(/[^\w.-]+/g, '-')
  const when = report.finishedAt.replace(/[^\d]/g, '')
  const file = join(folder, `latchkey-${host}-${when}.${ENDINGS[format]}`)
  try {
    await writeFile(file, renderers[format](report), { flag: 'wx', mode: 0o600 })
    return { file }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    return { notWritten: code }
  }
}
