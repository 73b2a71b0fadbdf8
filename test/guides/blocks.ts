import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, resolve } from 'node:path'
import { trackedFiles } from '../../scripts/guards/files.ts'

/** A complete file that a guide shows. */
export interface Block {
  /** The guide's name: `koa` of docs/guides/koa.md. */
  readonly guide: string
  /** The file's name, as the comment in its first line has it. */
  readonly name: string
  readonly code: string
}

/** Blocks of these languages are code of an application, the others (sh, json) are not. */
const languages = /^(ts|tsx|js|jsx|mjs|cjs|mts|svelte|vue|astro)$/
const nameOf = /^(?:---\n)?(?:\/\/|<!--|\{\/\*) *([^\s:]+)/

/** @throws Error for a block that does not say which file it is, and for two of one name in a guide */
export function guideBlocks(): readonly Block[] {
  const blocks = trackedFiles(/^docs\/guides\/[\w-]+\.md$/).flatMap(({ path, text }) =>
    blocksOf(basename(path, '.md'), text),
  )
  const places = blocks.map(({ guide, name }) => `${guide}.md: ${name}`)
  const twice = places.find((place, at) => places.indexOf(place) !== at)
  if (twice) throw new Error(`${twice} is there twice: give each block a file of its own.`)
  return blocks
}

/** The blocks in a guide's text; those of a list are indented. */
export function blocksOf(guide: string, text: string): Block[] {
  return [...text.matchAll(/^( *)```(\w+)[^\n]*\n([\s\S]*?)^\1```$/gm)]
    .filter(([, , language = '']) => languages.test(language))
    .map(([, indent = '', , indented = '']) => {
      const code = indented.replaceAll(new RegExp(`^${indent}`, 'gm'), '')
      const name = nameOf.exec(code)?.[1]
      if (!name?.includes('.'))
        throw new Error(
          `${guide}.md: the first line of "${code.split('\n')[0]}…" is no comment with a file's name.`,
        )
      return { guide, name, code }
    })
}

/** The files of frameworks/, letter for letter: what their own builds compile. */
export function frameworkFiles(): ReadonlyMap<string, string> {
  return new Map(trackedFiles(/^frameworks\/[\w-]+\//).map(({ path, text }) => [path, text.trim()]))
}

/** The file of an example that a block is, with or without the comment that names it; undefined where it is none. */
export function exampleOf({ name, code }: Block, files: ReadonlyMap<string, string>): string | undefined {
  const forms = [code.trim(), code.slice(code.indexOf('\n')).trim()]
  return [...files].find(([path, text]) => path.endsWith(`/${name}`) && forms.includes(text))?.[0]
}

/** Whether the framework's own folder builds what the guide shows, in `npm run frameworks`. */
export function isBuiltElsewhere(guide: string, files: ReadonlyMap<string, string>): boolean {
  return [...files].some(
    ([path, text]) => path.startsWith(`frameworks/${guide}/`) && text.includes(`docs/guides/${guide}.md`),
  )
}

const require = createRequire(resolve('bench/package.json'))

/** What a block imports and nobody has installed here: it can only be compiled where its framework is. */
export function missingImports({ guide, name, code }: Block, all: readonly Block[]): readonly string[] {
  const sources = [...code.matchAll(/^(?:import|export) (?:[\w\s{},*$]+ from )?['"]([^'"]+)['"]/gm)].map(
    ([, source = '']) => source,
  )
  const around = all.filter((block) => block.guide === guide).map((block) => resolve('/', block.name))
  return sources.filter((source) =>
    source.startsWith('.') ? !around.includes(resolve('/', name, '..', source)) : !isInstalled(source),
  )
}

/** By its folder: the exports of many packages hide their main file from `require`. */
function isInstalled(source: string): boolean {
  if (source.startsWith('node:')) return true
  const [scope = '', rest = ''] = source.split('/')
  const name = scope.startsWith('@') ? `${scope}/${rest}` : scope
  return (require.resolve.paths(name) ?? []).some((folder) => existsSync(`${folder}/${name}`))
}
