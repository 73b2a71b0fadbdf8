import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installed } from '../../../../scripts/installed.ts'
import type { Form, Pair } from './pair.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Where the application is: what several share comes first. */
export const sourcesOf = ({ site, completes }: Pick<Pair, 'site' | 'completes'>): string[] =>
  [...(completes === undefined ? [] : [completes]), site].map((name) => join(here, 'sites', name, 'site'))
export const lockFolderOf = ({ site }: Pick<Pair, 'site'>, { version }: Form): string =>
  join(here, 'sites', site, version)

/**
 * A folder with the site and its packages in that version, ready to be started. It is kept: what was installed once is
 * not installed again for the same lock.
 */
export function prepared(pair: Pair, form: Form): string {
  const folder = join(here, '.installed', `${pair.site}-${form.version}`)
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder)) {
    if (name !== 'node_modules') rmSync(join(folder, name), { recursive: true })
  }
  cpSync(lockFolderOf(pair, form), folder, { recursive: true })
  for (const source of sourcesOf(pair)) cpSync(source, folder, { recursive: true })
  installed(folder)
  const next = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next')
  if (pair.program === 'next' && existsSync(next)) {
    execFileSync(process.execPath, [next, 'build'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH ?? '', NEXT_TELEMETRY_DISABLED: '1', ...placeholders },
    })
  }
  return folder
}

// A build reads the same variables as the server that runs it, but does nothing with them.
const placeholders = { TWIN_SECRET: '0'.repeat(64), TWIN_PORT: '0', TWIN_PROVIDER: 'https://127.0.0.1' }
