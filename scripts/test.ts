// npm test: types, lint, guards, then every test. Stops at the first step that fails.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { sharedUrls } from '../servers/shared.ts'
import { provideRealParts } from './real-parts.ts'

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['tsc', ['--noEmit']],
  ['biome', ['check', '--error-on-warnings']],
  ['node', ['scripts/guards/run.ts']],
]

/** What runs at the same time. Faults are told by who waits how long, and share the machine with no other test. */
function testFiles(): string[][] {
  const chosen = process.argv.slice(2)
  if (chosen.length > 0) return [chosen]
  return [
    ['faults/*.test.ts'],
    [
      'packages/*/src/**/*.test.ts',
      'packages/audit/twins/*.test.ts',
      'apps/*/src/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'bench/**/*.test.ts',
      'scripts/**/*.test.ts',
      'servers/*.test.ts',
      'soak/*.test.ts',
      'test/*.test.ts',
      'test/browsers/*.test.ts',
    ],
  ]
}

/** Runs a step, and ends this process when it fails. */
async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  console.log(`\n> ${command} ${args.join(' ')}`)
  // npm puts node_modules/.bin first on the PATH, so these are the repository's own.
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  const [status] = await once(child, 'exit').catch((error: Error) => {
    console.error(`${command} could not be started: ${error.message}. Run this as: npm test`)
    return [1]
  })
  if (status !== 0) process.exit(status ?? 1)
}

provideRealParts()
for (const [command, args] of steps) await run(command, args)
// The servers end with this process, however it ends.
const urls = await sharedUrls()
// A test file for each core, where Node would keep one core free: many files wait for a server or a browser most of the
// time. A test that hangs fails, and a file whose tests are over ends although a client library goes on connecting to a
// server that was killed (node-redis' sentinel does): what must not keep a process alive is tested in its own processes.
const bounds = [`--test-concurrency=${availableParallelism()}`, '--test-timeout=300000', '--test-force-exit']
for (const files of testFiles())
  await run('node', ['--test', ...bounds, '--test-reporter=spec', ...files], urls)
