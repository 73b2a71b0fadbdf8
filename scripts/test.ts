// npm test: types, lint, guards, then every test. Stops at the first step that fails.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { sharedUrls } from '../servers/shared.ts'
import { provideRealParts } from './real-parts.ts'

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['tsc', ['--noEmit']],
  ['biome', ['check', '--error-on-warnings']],
  ['node', ['scripts/guards/run.ts']],
]

interface Batch {
  readonly files: readonly string[]
  /** How many of them run at the same time. */
  readonly atOnce: number
}

function batches(): Batch[] {
  const chosen = process.argv.slice(2)
  if (chosen.length > 0) return [{ files: chosen, atOnce: availableParallelism() }]
  return [
    // Each of these runs several sites under load by itself, and goes red where somebody waits for too long.
    { files: ['faults/*.test.ts'], atOnce: 1 },
    {
      files: [
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
      // A file for each core, where Node would keep one free: many wait for a server or a browser most of the time.
      atOnce: availableParallelism(),
    },
  ]
}

/** Runs a step; true when it succeeds. */
async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<boolean> {
  console.log(`\n> ${command} ${args.join(' ')}`)
  // npm puts node_modules/.bin first on the PATH, so these are the repository's own.
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  const [status] = await once(child, 'exit').catch((error: Error) => {
    console.error(`${command} could not be started: ${error.message}. Run this as: npm test`)
    return [1]
  })
  return status === 0
}

provideRealParts()
for (const [command, args] of steps) if (!(await run(command, args))) process.exit(1)
// The servers end with this process, however it ends.
const urls = await sharedUrls()
// Some eight hundred processes load mostly the same modules: Node need not take the types out of each of them anew.
const env = { ...urls, NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled') }
// A test that hangs fails, and a file whose tests are over ends although a client library goes on connecting to a server
// that was killed (node-redis' sentinel does): what must not keep a process alive is tested in its own processes.
const bounds = ['--test-timeout=300000', '--test-force-exit', '--test-reporter=spec']
let isGood = true
for (const { files, atOnce } of batches()) {
  const args = ['--test', `--test-concurrency=${atOnce}`, ...bounds, ...files]
  isGood = (await run('node', args, env)) && isGood
}
process.exit(isGood ? 0 : 1)
