import { constants } from 'node:fs'
import { access, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { EvidenceFile } from '../evidence/evidence.ts'
import type { Report } from '../judging/check.ts'
import { AuditError } from '../options/errors.ts'
import { renderHar } from '../report/har.ts'
import { type Format, type RenderOptions, renderers } from '../report/index.ts'
import { say, usesColour } from './io.ts'

/** One report in a file. */
interface Output {
  readonly format: Format
  readonly file: string
}

/** Where reports go, as commander hands it over. */
export interface OutputFlags {
  readonly format: Format
  readonly output?: string
  readonly report?: readonly Output[]
  readonly har?: string
  readonly sourceFile?: string
}

const FORMATS = Object.keys(renderers)

/** Adds the options that say where reports go and in which formats. */
export function withOutputOptions(command: Command): Command {
  return command
    .addOption(
      new Option('-f, --format <format>', 'how to print the report').choices(FORMATS).default('text'),
    )
    .option('-o, --output <file>', 'write that to a file instead')
    .option(
      '--report <format=file>',
      'write the report to a file as well, as in html=report.html (may be repeated)',
      output,
    )
    .option('--har <file>', 'write what was sent as an HTTP archive, without secrets')
    .option(
      '--source-file <path>',
      'SARIF: the file of your repository to show alerts at (default: README.md)',
      relative,
    )
}

/**
 * Whether each of the files can be written, asked before an audit that may take minutes.
 * @throws AuditError `usage`
 */
export async function checkOutputs(
  flags: OutputFlags,
  ...others: readonly (string | undefined)[]
): Promise<void> {
  const files = [...filesOf(flags), ...others.flatMap((file) => file ?? [])]
  const paths = files.map((file) => resolve(file))
  const twice = files.find((_, at) => paths.indexOf(paths[at] ?? '') !== at)
  if (twice !== undefined)
    throw new AuditError('usage', `${twice} is named for two outputs; give each its own`)
  for (const file of files) {
    await writing(file, () => writable(resolve(file)))
  }
}

/** A file that is there, which may be a device in a directory of others, or one that can be made. */
async function writable(path: string): Promise<void> {
  try {
    await access(path, constants.W_OK)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code !== 'ENOENT') throw error
    await access(dirname(path), constants.W_OK)
  }
}

/** Prints or writes the report in every form that was asked for; answers the files it wrote reports to. */
export async function deliver(
  report: Report,
  evidence: EvidenceFile,
  flags: OutputFlags,
): Promise<readonly string[]> {
  const { format, output, report: more = [], har, sourceFile } = flags
  const options: RenderOptions = sourceFile === undefined ? {} : { sourceFile }
  const files = output === undefined ? more : [{ format, file: output }, ...more]
  for (const { format, file } of files) {
    await writing(file, () => writeFile(file, renderers[format](report, options)))
  }
  if (har !== undefined) await writing(har, () => writeFile(har, renderHar(evidence), { mode: 0o600 }))
  if (output === undefined) await say(renderers[format](report, { ...options, colour: usesColour() }))
  return files.map(({ file }) => file)
}

/** Throws AuditError `usage` where a file cannot be written. */
export async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw new AuditError(
      'usage',
      `cannot write ${path} (${code}); give a file in a directory that you may write to`,
    )
  }
}

function filesOf({ output, report = [], har }: OutputFlags): readonly string[] {
  return [output, ...report.map(({ file }) => file), har].flatMap((file) => file ?? [])
}

function output(given: string, before: readonly Output[] = []): readonly Output[] {
  const [, format = '', file = ''] = /^([a-z]+)=(.+)$/s.exec(given) ?? []
  if (!isFormat(format)) {
    throw new InvalidArgumentError(`It is written FORMAT=FILE; formats are ${FORMATS.join(', ')}.`)
  }
  return [...before, { format, file }]
}

function isFormat(word: string): word is Format {
  return Object.hasOwn(renderers, word)
}

/** An absolute path is no file of a repository to those who read it. */
function relative(given: string): string {
  if (/^(?:[/\\]|[a-z]+:)|(?:^|\/)\.\.(?:\/|$)/i.test(given) || given === '') {
    throw new InvalidArgumentError('It is a path from the root of the repository, such as src/server.ts.')
  }
  return given
}
