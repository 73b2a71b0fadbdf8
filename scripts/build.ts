// npm run build: compiles both packages into dist/, with the manifest that would be published.
import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.ts'

interface Manifest {
  name: string
  exports: Record<string, string>
  bin?: Record<string, string>
  devDependencies?: unknown
  private?: unknown
  scripts?: unknown
  [field: string]: unknown
}

// `latchkey` is imported by servers, tests and commands that start often: its entries are put together, its types are not.
await build('packages/session', /^(index|adapters\/[\w-]+)\.ts$/)
await build('packages/audit')

async function build(folder: string, core?: RegExp): Promise<void> {
  const dist = join(folder, 'dist')
  rmSync(dist, { recursive: true, force: true })
  const asked = ['-p', join(folder, 'tsconfig.build.json'), ...(core ? ['--emitDeclarationOnly'] : [])]
  const { status } = spawnSync('tsc', asked, { stdio: 'inherit' })
  if (status !== 0) process.exit(1)
  const sources: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entries = entriesOf(sources)
  const shared = entries.filter((entry) => core?.test(entry))
  if (core) await bundle(join(folder, 'src'), entries, shared, join(dist, 'lib'))
  const manifest = published(sources)
  writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  copyFileSync('LICENSE', join(dist, 'LICENSE'))
  for (const name of ['README.md', 'CHANGELOG.md']) copyFileSync(join(folder, name), join(dist, name))
  // `latchkey-audit mcp` explains checks by their pages.
  if (folder === 'packages/audit') cpSync('docs/checks', join(dist, 'lib/docs/checks'), { recursive: true })
  const schemas = join(folder, 'schemas')
  if (existsSync(schemas)) cpSync(schemas, join(dist, 'schemas'), { recursive: true })
  for (const command of Object.values(manifest.bin ?? {})) chmodSync(join(dist, command), 0o755)
  console.log(`built ${manifest.name}: npm pack ./${dist}`)
}

/** What is imported or run by its name, below `src`. */
function entriesOf({ exports, bin = {} }: Manifest): string[] {
  return [...Object.values(exports), ...Object.values(bin)].map((source) => source.replace('./src/', ''))
}

/**
 * Sources run as they are in the repository; published, the same names point at the compiled files. What keeps the sources
 * from being published (`private`, and `prepack` among the scripts) stays behind.
 */
function published({ devDependencies: _, private: __, scripts: ___, ...manifest }: Manifest): Manifest {
  const compiled = (source: string) => source.replace('./src/', './lib/').replace(/\.ts$/, '.js')
  const exports = Object.fromEntries(
    Object.entries(manifest.exports).map(([subpath, source]) => {
      // What is no source goes along as it is.
      if (!source.startsWith('./src/')) return [subpath, source]
      const file = compiled(source)
      return [subpath, { types: file.replace(/\.js$/, '.d.ts'), default: file }]
    }),
  )
  const bin = Object.fromEntries(
    Object.entries(manifest.bin ?? {}).map(([name, source]) => [name, compiled(source)]),
  )
  return {
    ...manifest,
    exports: exports as unknown as Record<string, string>,
    ...(manifest.bin ? { bin } : {}),
  }
}
