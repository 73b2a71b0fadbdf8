import { existsSync, readFileSync } from 'node:fs'
import { trackedFiles } from './files.ts'

interface Manifest {
  readonly name: string
  readonly exports: Record<string, string>
  readonly dependencies?: Record<string, string>
}

/** What is published: `latchkey` depends on nothing, every export exists, every adapter and store is exported. */
export function packageGuard(): string[] {
  const session = manifest('packages/session')
  const audit = manifest('packages/audit')
  return [
    ...Object.keys(session.dependencies ?? {}).map(
      (name) => `latchkey depends on ${name}; it has no dependencies`,
    ),
    ...missingExports('packages/session', session),
    ...missingExports('packages/audit', audit),
    ...unexported(session),
    ...undeclared(session),
    ...foreignImports(),
  ]
}

function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
}

function missingExports(folder: string, { name, exports }: Manifest): string[] {
  const targets = Object.entries(exports).filter(
    ([, target]) => !existsSync(`${folder}/${target.replace(/\/\*.*/, '')}`),
  )
  return targets.map(([subpath]) => `${name} exports ${subpath}, which does not exist`)
}

// `failure.ts` is shared by adapters, `redis-scripts.ts` belongs to the store before its hyphen, `sql-*.ts` to those
// that speak SQL, memory is in the index.
const internal = /(\/failure|\/memory|-[\w-]+|\.test|\.test-helper)\.ts$/

function unexported({ exports }: Manifest): string[] {
  const exported = new Set(Object.values(exports))
  return trackedFiles(/^packages\/session\/src\/(adapters|stores)\/[\w-]+\.ts$/)
    .map(({ path }) => `./${path.slice('packages/session/'.length)}`)
    .filter((path) => !internal.test(path) && !exported.has(path))
    .map((path) => `latchkey does not export ${path}`)
}

/** Every entry's types are held by a declaration test. */
function undeclared({ name, exports }: Manifest): string[] {
  const tests = trackedFiles(/^packages\/session\/test\/[\w-]+\.test-d\.ts$/).map(({ text }) => text)
  return Object.keys(exports)
    .filter((subpath) => exports[subpath]?.endsWith('.ts'))
    .map((subpath) => name + subpath.slice(1))
    .filter((entry) => !tests.some((text) => text.includes(` from '${entry}'`)))
    .map((entry) => `packages/session/test has no declaration test that imports ${entry}`)
}

/** The session layer imports Node, itself, and types of the frameworks it adapts to; nothing else at run time. */
function foreignImports(): string[] {
  const problems: string[] = []
  for (const { path, text } of trackedFiles(/^packages\/session\/src\/.*\.ts$/)) {
    if (/\.test\.ts$|\.test-helper\.ts$|\.arbitrary\.ts$/.test(path)) continue
    for (const [statement, source = ''] of text.matchAll(/^(?:import|export)\b[^'\n]*from '([^']+)'/gm)) {
      if (source.startsWith('.') || source.startsWith('node:') || statement.startsWith('import type'))
        continue
      problems.push(`${path} imports ${source}`)
    }
  }
  return problems
}
