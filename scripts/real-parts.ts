import { spawnSync } from 'node:child_process'

/** A real program that tests need, as Debian packages it. */
interface Part {
  readonly program: string
  readonly package: string
  readonly why: string
  /** Environment variable with the path of another copy. */
  readonly variable: string
}

const parts: readonly Part[] = [
  { program: 'chromium', package: 'chromium', why: 'browser tests of the console', variable: 'CHROMIUM' },
  { program: 'php', package: 'php-cli', why: 'the PHP twins of the auditor', variable: 'PHP' },
  { program: 'python3', package: 'python3', why: 'the Python twins of the auditor', variable: 'PYTHON' },
]

/**
 * Makes sure that the real programs are there: finds them, installs them from the distribution where that is
 * allowed (root on Debian), or ends the process with what is missing. Nothing is skipped for want of one.
 */
export function provideRealParts(): void {
  const missing = parts.filter((part) => !isThere(part))
  if (missing.length === 0) return
  const names = missing.map((part) => part.package)
  if (process.getuid?.() === 0 && has('apt-get')) {
    console.log(`Installing ${names.join(', ')} from the distribution…`)
    run('apt-get', ['update', '-qq'])
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names])
  }
  const stillMissing = missing.filter((part) => !isThere(part))
  if (stillMissing.length === 0) return
  for (const { program, package: name, why, variable } of stillMissing) {
    console.error(
      `Missing: ${program}, for ${why}. Install the package ${name}, or set ${variable} to its path.`,
    )
  }
  process.exit(1)
}

function isThere({ program, variable }: Part): boolean {
  return Boolean(process.env[variable]) || has(program)
}

function has(program: string): boolean {
  return spawnSync('which', [program]).status === 0
}

function run(command: string, args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env })
}
