// npm test: types, lint, guards, then every test. Stops at the first step that fails.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { availableParallelism, constants, setPriority } from 'node:os'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { sharedUrls } from '../servers/shared.ts'
import { provideRealParts } from './real-parts.ts'

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['tsc', ['--noEmit']],
  ['biome', ['check', '--error-on-warnings']],
  ['node', ['scripts/guards/run.ts']],
]

const everything = [
  'packages/*/src/**/*.test.ts',
  'packages/audit/twins/*.test.ts',
  'packages/audit/twins/*/*.test.ts',
  'apps/*/src/**/*.test.ts',
  'apps/*/test/**/*.test.ts',
  'bench/**/*.test.ts',
  'scripts/**/*.test.ts',
  'servers/*.test.ts',
  'soak/*.test.ts',
  'test/**/*.test.ts',
]
// Each of these runs several sites under load by itself, and goes red where somebody waits for too long.
const faults = ['faults/*.test.ts']
// These compute, compile or start processes for a minute and more, and wait for nobody: they take what all others leave of
// the processor. As many as fill the time that those take.
const long = [
  'test/mutants/mutants.test.ts',
  'bench/speed/measure.test.ts',
  'packages/session/src/stores/postgres/native.test.ts',
  'test/packages.test.ts',
]

/** Runs a step; true when it succeeds. A patient one lets others go first, and says at its end what it has to say. */
async function run(
  command: string,
  args: readonly string[],
  { env = {}, isPatient = false }: { env?: NodeJS.ProcessEnv; isPatient?: boolean } = {},
): Promise<boolean> {
  const shown = args.length > 20 ? [...args.slice(0, 5), `… ${args.length - 5} more`] : args
  console.log(`\n> ${command} ${shown.join(' ')}`)
  // npm puts node_modules/.bin first on the PATH, so these are the repository's own.
  const child = spawn(command, args, {
    stdio: ['inherit', isPatient ? 'pipe' : 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  })
  if (isPatient && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL)
  const said = child.stdout ? text(child.stdout) : Promise.resolve('')
  const [status] = await once(child, 'exit').catch((error: Error) => {
    console.error(`${command} could not be started: ${error.message}. Run this as: npm test`)
    return [1]
  })
  process.stdout.write(await said)
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
const reporting = ['--test-force-exit', '--test-reporter=spec']
const cores = availableParallelism()
const chosen = process.argv.slice(2)
const tests = (
  files: readonly string[],
  { atOnce, isPatient = false }: { atOnce: number; isPatient?: boolean },
) => {
  const bounds = [`--test-concurrency=${atOnce}`, `--test-timeout=${isPatient ? 900_000 : 300_000}`]
  return run('node', ['--test', ...bounds, ...reporting, ...files], { env, isPatient })
}

async function all(): Promise<boolean> {
  const areFaultsGood = await tests(faults, { atOnce: 1 })
  const areLongGood = tests(long, { atOnce: 1, isPatient: true })
  // A file for each core, where Node would keep one free: many wait for a server or a browser most of the time.
  const areOthersGood = await tests(globSync(everything, { exclude: [...long, '**/node_modules/**'] }), {
    atOnce: cores,
  })
  return (await areLongGood) && areFaultsGood && areOthersGood
}

const isGood = await (chosen.length > 0 ? tests(chosen, { atOnce: cores }) : all())
process.exit(isGood ? 0 : 1)
