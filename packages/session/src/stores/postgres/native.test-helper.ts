import { existsSync } from 'node:fs'
import { readFile, realpath, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import type pg from 'pg'
import { run } from '../../../../../servers/child.ts'
import { makeFolder, removeFolder } from '../../../../../servers/guard.ts'
import { cxx, pgConfig, programPath } from '../../../../../servers/programs.ts'

export interface BuiltNative {
  /** A copy of the `pg` of this project, beside which pg-native is found. */
  readonly pg: typeof pg
  remove(): Promise<void>
}

/**
 * Builds pg-native in a folder of its own, for this Node and the libpq of this machine. Takes ten seconds and more: it
 * is compiled, so it is no dependency of the project.
 */
export async function buildNative(): Promise<BuiltNative> {
  const folder = await makeFolder()
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify(await manifest()))
    const nodedir = await headersOf(process.execPath)
    const env = {
      ...process.env,
      ...(nodedir !== null && { npm_config_nodedir: nodedir }),
      PATH: `${dirname(programPath(pgConfig))}${delimiter}${process.env.PATH}`,
      CXX: programPath(cxx),
    }
    await run('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: folder, env })
    return { pg: createRequire(join(folder, 'package.json'))('pg'), remove: () => removeFolder(folder) }
  } catch (error) {
    await removeFolder(folder)
    throw error
  }
}

async function manifest(): Promise<object> {
  const ours = createRequire(import.meta.url).resolve('pg/package.json')
  const { version } = JSON.parse(await readFile(ours, 'utf8'))
  return {
    private: true,
    dependencies: { pg: version, 'pg-native': '^3.9.0' },
    // What it compiles.
    allowScripts: { libpq: true },
  }
}

/** Where the headers of Node are: beside it, or where the package `node` has them. Null leaves it to node-gyp. */
async function headersOf(program: string): Promise<string | null> {
  const root = dirname(dirname(await realpath(program)))
  const platform = `node-${process.platform}-${process.arch}`
  const places = [root, join(root, 'node_modules', platform), join(dirname(root), platform)]
  return places.find((place) => existsSync(join(place, 'include/node/node.h'))) ?? null
}
