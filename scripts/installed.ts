import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * The node_modules of a folder that has a lock of its own, for what only few need and `npm ci` at the root does not bring.
 * Installed here where that was not done yet for this lock.
 */
export function installed(folder: string): string {
  const lock = resolve(folder, 'package-lock.json')
  const modules = resolve(folder, 'node_modules')
  const done = join(modules, '.installed-lock')
  if (existsSync(done) && readFileSync(done).equals(readFileSync(lock))) return modules
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  copyFileSync(lock, done)
  return modules
}
