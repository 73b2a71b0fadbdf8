import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * The node_modules of a folder that has a lock of its own, for what only few need and `npm ci` at the root does not bring.
 * Installed here where it is not there yet, or older than the lock.
 */
export function installed(folder: string): string {
  const modules = resolve(folder, 'node_modules')
  const done = join(modules, '.package-lock.json')
  const isCurrent =
    existsSync(done) && statSync(done).mtimeMs >= statSync(`${folder}/package-lock.json`).mtimeMs
  if (!isCurrent) {
    const quietly = ['ignore', 'pipe', 'inherit'] as const
    execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, stdio: [...quietly] })
  }
  return modules
}
