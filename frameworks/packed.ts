import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { installed } from '../scripts/installed.ts'
import type { Framework } from './framework.ts'

export interface Tarball {
  readonly path: string
  remove(): void
}

/** `latchkey` as it would be published. */
export function packed(): Tarball {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-frameworks-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    execFileSync(process.execPath, ['scripts/build.ts'], { stdio: ['ignore', 2, 'inherit'] })
    const args = ['pack', resolve('packages/session/dist'), '--silent', '--pack-destination', folder]
    execFileSync('npm', args, { stdio: ['ignore', 2, 'inherit'] })
    const [file = ''] = readdirSync(folder)
    return { path: join(folder, file), remove }
  } catch (error) {
    remove()
    throw error
  }
}

/** Installs what the framework's lock says, and `latchkey` beside it: the lock knows nothing of that. */
export function putIn({ folder }: Framework, tarball: string): void {
  const target = join(installed(folder), 'latchkey')
  rmSync(target, { recursive: true, force: true })
  mkdirSync(target)
  execFileSync('tar', ['-xzf', tarball, '-C', target, '--strip-components', '1'])
}
