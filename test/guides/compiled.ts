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
 * As strict as this repository is, in one run of the compiler; guides that declare what others would see have one each. They
 * lie below `bench`, from where most packages of others are in reach.
 */
export async function compiled(blocks: readonly Block[]): Promise<Compiled> {
  const folder = mkdtempSync(resolve('bench/.guides-'))
  const projectOf = (guide: string) =>
    blocks.some((block) => block.guide === guide && /^declare (global|module)\b/m.test(block.code))
      ? guide
      : 'all'
  const placeOf = ({ guide, name }: Block) => join(folder, projectOf(guide), guide, name)
  for (const block of blocks) put(placeOf(block), block.code)
  const projects = [...new Set(blocks.map(({ guide }) => projectOf(guide)))].map((name) => join(folder, name))
  const complaints: string[] = []
  for (const project of projects) {
    put(join(project, 'untyped.d.ts'), untyped.map((name) => `declare module '${name}'\n`).join(''))
    put(join(project, 'tsconfig.json'), JSON.stringify(configuration))
    const { code, output } = await runToEnd('tsc', ['-p', project])
    if (code !== 0) complaints.push(output || `tsc ended with ${code}.`)
  }
  return {
    complaints: complaints.join(''),
    program(block) {
      const built = join(folder, projectOf(block.guide), 'built')
      return join(built, relative('.', placeOf(block)).replace(/\.(m?)tsx?$/, '.$1js'))
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const configuration = {
  extends: '../../../tsconfig.json',
  compilerOptions: {
    noEmit: false,
    // The sources of `latchkey` are compiled along with them, so that is what all have in common.
    rootDir: '../../..',
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
