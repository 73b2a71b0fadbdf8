import { readFile } from 'node:fs/promises'
import { stdin } from 'node:process'
import { AuditError } from '../options/errors.ts'
import { promptHidden } from './prompt.ts'

/** Reads what an option says, or what is where it points. */
export type ReadValue = (option: string, given: string) => Promise<string>

/** Said wherever a value may be a secret. */
export const WHERE = 'env:NAME, file:PATH or "-" for standard input'

/** Whether a value stands on the command line itself, where other users of the machine can read it. */
export function isLiteral(given: string): boolean {
  return given !== '-' && !/^(?:env|file):/.test(given)
}

/**
 * Values that may be secrets: themselves, or in the environment (`env:NAME`), a file (`file:PATH`) or, for one of them,
 * standard input (`-`). One line end at the end is none of theirs. Throws AuditError `usage`.
 */
export function valueReader(standardInput = readStandardInput): ReadValue {
  let taken: string | null = null
  return async (option, given) => {
    if (given === '-') {
      if (taken !== null)
        throw new AuditError('usage', `${taken} and ${option} cannot both be standard input`)
      taken = option
      return withoutLineEnd(await standardInput(option))
    }
    const [, where, rest = ''] = /^(env|file):(.*)$/s.exec(given) ?? []
    if (where === 'env') return fromEnvironment(option, rest)
    return where === 'file' ? withoutLineEnd(await fromFile(option, rest)) : given
  }
}

function fromEnvironment(option: string, name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') {
    throw new AuditError('usage', `${option} is to be in the environment as ${name}, which is not set`)
  }
  return value
}

async function fromFile(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    throw new AuditError('usage', `${option} is to be in ${path}, which cannot be read (${code})`)
  }
}

async function readStandardInput(option: string): Promise<string> {
  if (stdin.isTTY) return promptHidden(`${option}: `)
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

function withoutLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}
