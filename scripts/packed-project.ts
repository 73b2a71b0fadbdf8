import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** An empty project with both packages, as a user gets them. */
export interface PackedProject {
  readonly folder: string
  readonly tarballs: readonly string[]
  remove(): void
}

/**
 * Builds and packs both packages, and installs the tarballs into a new temporary project.
 * @param more other packages that it has, as `npm install` takes them
 */
export function packedProject(more: readonly string[] = []): PackedProject {
  const parent = mkdtempSync(join(tmpdir(), 'latchkey-packages-'))
  const folder = join(parent, 'project')
  const remove = () => rmSync(parent, { recursive: true, force: true })
  try {
    run(process.execPath, ['scripts/build.ts'])
    for (const name of ['session', 'audit'])
      run('npm', ['pack', `./packages/${name}/dist`, '--pack-destination', parent])
    const tarballs = readdirSync(parent).map((file) => join(parent, file))
    mkdirSync(folder)
    run('npm', ['init', '-y'], folder)
    run('npm', ['install', '--no-audit', '--no-fund', ...tarballs, ...more], folder)
    return { folder, tarballs, remove }
  } catch (error) {
    remove()
    throw error
  }
}

function run(command: string, args: readonly string[], folder = '.'): void {
  execFileSync(command, args, { cwd: resolve(folder), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
