import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

// Every way in that the packed packages have, as a project of its own sees it.

/** What can be imported of a package, by the names that users write. */
export function entriesOf(project: string, name: string): string[] {
  const manifest = readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8')
  const exports: Record<string, unknown> = JSON.parse(manifest).exports
  return Object.keys(exports)
    .filter((subpath) => typeof exports[subpath] === 'object')
    .map((subpath) => name + subpath.slice(1))
}

const all = (project: string) => ['latchkey', '@latchkey/audit'].flatMap((name) => entriesOf(project, name))

/** Loads each by `import` and by `require`: both give the same things, and there are some. */
export function loads(node: string, project: string): void {
  const program = `
    import assert from 'node:assert/strict'
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    for (const entry of ${JSON.stringify(all(project))}) {
      const required = require(entry)
      const imported = Object.entries(await import(entry))
      assert.ok(imported.length > 0, entry)
      for (const [name, value] of imported) assert.equal(required[name], value, entry + ': ' + name)
    }`
  const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program]
  execFileSync(node, args, { cwd: project, stdio: ['ignore', 'ignore', 'inherit'] })
}

/** Puts in what types of entries refer to, until the returned function is called. */
export function linked(project: string, names: readonly string[]): () => void {
  const links = names.map((name) => join(project, 'node_modules', name))
  for (const [at, link] of links.entries()) {
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(resolve('node_modules', names[at] ?? ''), link)
  }
  return () => {
    for (const link of links) rmSync(link)
  }
}

/** What the compiler complains of, from an ES module and from a CommonJS one; declarations are checked too. */
export function typeCheck(project: string): string {
  const folder = join(project, 'types')
  cpSync('packages/session/test', folder, { recursive: true })
  const entries = all(project)
  const names = entries.map((_, at) => `entry${at}`)
  const imports = (line: (name: string, entry: string) => string) =>
    `${entries.map((entry, at) => line(names[at] ?? '', entry)).join('\n')}\nvoid [${names}]\n`
  writeFileSync(
    join(folder, 'import.mts'),
    imports((name, entry) => `import * as ${name} from '${entry}'`),
  )
  writeFileSync(
    join(folder, 'require.cts'),
    imports((name, entry) => `import ${name} = require('${entry}')`),
  )
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*'] }))
  const { status, stdout } = spawnSync('tsc', ['-p', folder], { encoding: 'utf8' })
  return status === 0 ? '' : stdout || 'tsc could not be started.'
}

const compilerOptions = {
  target: 'es2024',
  lib: ['es2024', 'esnext.disposable'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  skipLibCheck: false,
  noEmit: true,
}
