import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { runToEnd } from '../../frameworks/program.ts'
import type { Block } from './blocks.ts'

/** Blocks that have been compiled. */
export interface Compiled {
  /** What the compiler complained of; empty where it did not. */
  readonly complaints: string
  /** The program that a block became. */
  program(block: Block): string
  remove(): void
}

/** Packages without types of their own: those that others made for them claim `Express.Request.session`, each its way. */
const untyped = [
  'cookie-session',
  'express-session',
  'koa-session',
  'connect-pg-simple',
  'memorystore',
  'session-file-store',
]

/**
 * One run of the compiler over all of them, as strict as this repository is. They lie below `bench`, from where most
 * packages of others are in reach.
 */
export async function compiled(blocks: readonly Block[]): Promise<Compiled> {
  const folder = mkdtempSync(resolve('bench/.guides-'))
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  for (const { guide, name, code } of blocks) put(join(guide, name), code)
  put('untyped.d.ts', untyped.map((name) => `declare module '${name}'\n`).join(''))
  put('tsconfig.json', JSON.stringify(configuration))
  const { code, output } = await runToEnd('tsc', ['-p', folder])
  return {
    complaints: code === 0 ? '' : output || `tsc ended with ${code}.`,
    program: ({ guide, name }) =>
      join(folder, 'built', relative('.', folder), guide, name.replace(/\.(m?)tsx?$/, '.$1js')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const configuration = {
  extends: '../../tsconfig.json',
  compilerOptions: {
    noEmit: false,
    // The sources of `latchkey` are compiled along with them, so that is what all have in common.
    rootDir: '../..',
    outDir: 'built',
    allowJs: true,
    jsx: 'preserve',
    // For NestJS; without effect where nobody writes a decorator.
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
  },
  include: ['*/**/*', 'untyped.d.ts'],
  exclude: ['built'],
}
