import { spawnSync } from 'node:child_process'
import {
  chromium,
  cxx,
  findProgram,
  firefox,
  mariadbd,
  miniBrowser,
  nginx,
  type Program,
  pgbouncer,
  pgConfig,
  postgres,
  redisServer,
  webKitDriver,
  xvfb,
} from '../servers/programs.ts'

/** A real program that tests need, as Debian packages it. */
interface Part extends Program {
  readonly package: string
  readonly why: string
}

const parts: readonly Part[] = [
  { ...chromium, package: 'chromium', why: 'tests in a real browser' },
  { ...firefox, package: 'firefox-esr', why: 'the same tests in Firefox' },
  { ...webKitDriver, package: 'webkit2gtk-driver', why: 'the same tests in WebKit' },
  { ...miniBrowser, package: 'libwebkit2gtk-4.1-0', why: 'the same tests in WebKit' },
  { ...xvfb, package: 'xvfb', why: 'the screen of WebKit' },
  { program: 'php', package: 'php-cli', why: 'the PHP twins of the auditor', variable: 'PHP' },
  { program: 'python3', package: 'python3', why: 'the Python twins of the auditor', variable: 'PYTHON' },
  { ...redisServer, package: 'redis-server', why: 'the store on Redis' },
  { ...postgres, package: 'postgresql', why: 'the store on PostgreSQL' },
  { ...pgbouncer, package: 'pgbouncer', why: 'the store on PostgreSQL behind a pooler' },
  { ...pgConfig, package: 'libpq-dev', why: 'pg-native, which tests compile' },
  { ...cxx, package: 'build-essential', why: 'pg-native, which tests compile' },
  { ...mariadbd, package: 'mariadb-server', why: 'the store on MySQL and MariaDB' },
  { ...nginx, package: 'nginx', why: 'two servers behind a load balancer' },
]

/**
 * Makes sure that the real programs are there: finds them, installs them from the distribution where that is
 * allowed (root on Debian), or ends the process with what is missing. Nothing is skipped for want of one.
 */
export function provideRealParts(): void {
  const missing = parts.filter((part) => findProgram(part) === null)
  if (missing.length === 0) return
  const names = missing.map((part) => part.package)
  if (process.getuid?.() === 0 && spawnSync('which', ['apt-get']).status === 0) {
    console.log(`Installing ${names.join(', ')} from the distribution…`)
    run('apt-get', ['update', '-qq'])
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names])
  }
  const stillMissing = missing.filter((part) => findProgram(part) === null)
  if (stillMissing.length === 0) return
  for (const { program, package: name, why, variable } of stillMissing) {
    console.error(
      `Missing: ${program}, for ${why}. Install the package ${name}, or set ${variable} to its path.`,
    )
  }
  process.exit(1)
}

function run(command: string, args: string[]): void {
  // Tests start their own servers: Debian's scripts, of System V and of systemd, are not to start those they install.
  const noServices = { RUNLEVEL: '1', SYSTEMD_OFFLINE: '1' }
  const env = { ...process.env, ...noServices, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'], env })
}
