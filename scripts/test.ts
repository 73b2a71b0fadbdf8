// npm test: types, lint, guards, then every test. Stops at the first step that fails.
import { spawnSync } from 'node:child_process'
import { provideRealParts } from './real-parts.ts'

const steps: readonly (readonly [string, readonly string[]])[] = [
  ['tsc', ['--noEmit']],
  ['biome', ['check', '--error-on-warnings']],
  ['node', ['scripts/guards/run.ts']],
  // One test file at a time for each core: browsers and servers run beside them.
  ['node', ['--test', '--test-reporter=spec', ...testFiles()]],
]

function testFiles(): string[] {
  const chosen = process.argv.slice(2)
  return chosen.length > 0
    ? chosen
    : [
        'packages/*/src/**/*.test.ts',
        'packages/audit/twins/*.test.ts',
        'apps/*/src/**/*.test.ts',
        'apps/*/test/**/*.test.ts',
        'bench/*.test.ts',
        'scripts/**/*.test.ts',
        'test/*.test.ts',
      ]
}

provideRealParts()

for (const [command, args] of steps) {
  console.log(`\n> ${command} ${args.join(' ')}`)
  // npm puts node_modules/.bin first on the PATH, so these are the repository's own.
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (error) console.error(`${command} could not be started: ${error.message}. Run this as: npm test`)
  if (status !== 0) process.exit(status ?? 1)
}
