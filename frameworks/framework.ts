import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { runToEnd } from './program.ts'

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>
  readonly latchkey: {
    /** The package whose version is shown. */
    readonly framework: string
    /** What the audit has to be told of this example, where its note is kept another way than by `POST /note`. */
    readonly audit?: readonly string[]
  }
}

export interface Outcome {
  /** What the table shows. */
  readonly cell: string
  /** Undefined where nothing is wrong. */
  readonly complaint?: string
}

export interface Framework {
  readonly name: string
  readonly folder: string
  /** More options for the audit; null where they are those of every example. */
  readonly audit: readonly string[] | null
  /** As installed; its package says. */
  version(): string
  /** Builds as for production. Null: done, or there is nothing to build. */
  build(): Promise<Outcome | null>
  /** Its path from the root, if there is such a test. */
  test(name: string): string | null
}

/** Every folder here with a manifest. */
export function frameworks(): readonly Framework[] {
  return globSync('frameworks/*/package.json')
    .toSorted()
    .map((file) => frameworkOf(dirname(file), JSON.parse(readFileSync(file, 'utf8'))))
}

function frameworkOf(folder: string, { scripts, latchkey }: Manifest): Framework {
  return {
    name: folder.slice('frameworks/'.length),
    folder,
    audit: latchkey.audit ?? null,
    version() {
      const manifest = join(folder, 'node_modules', latchkey.framework, 'package.json')
      return existsSync(manifest)
        ? `${latchkey.framework} ${JSON.parse(readFileSync(manifest, 'utf8')).version}`
        : 'not installed'
    },
    async build() {
      if (!scripts.build) return null
      const { code, output } = await runToEnd('npm', ['run', 'build'], { cwd: resolve(folder) })
      return code === 0 ? null : { cell: 'not built', complaint: `its build ended with ${code}:\n${output}` }
    },
    test(name) {
      const path = join(folder, name)
      return existsSync(path) ? path : null
    },
  }
}
