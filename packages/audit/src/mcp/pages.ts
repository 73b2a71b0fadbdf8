import { readFile } from 'node:fs/promises'
import { inArguments } from './asked/arguments.ts'

/** What the page of a check says, section by section. */
export interface Page {
  readonly proved: string
  readonly controls: string
  readonly failMeans: string
  readonly howToFix: string
}

/** In the package the pages are beside the compiled files (scripts/build.ts); in the repository where people read them. */
const FOLDERS = ['../docs/checks/', '../../../../docs/checks/'].map((path) => new URL(path, import.meta.url))

/** The page of a check that there is. */
export async function pageOf(id: string): Promise<Page> {
  const sections = new Map(
    (await textOf(id))
      .split(/^## /m)
      .slice(1)
      .map((section) => {
        const end = section.indexOf('\n')
        return [section.slice(0, end), plain(section.slice(end + 1))] as const
      }),
  )
  const section = (title: string) => sections.get(title) ?? ''
  return {
    proved: section('What is proved'),
    controls: section('Controls'),
    failMeans: section('What a fail means'),
    // What to do in each framework is asked for by its name.
    howToFix: section('How to fix it')
      .replace(/^- \*\*[^*]+\*\*: .*(?:\n|$)/gm, '')
      .trim(),
  }
}

async function textOf(id: string): Promise<string> {
  for (const folder of FOLDERS) {
    const text = await readFile(new URL(`${id}.md`, folder), 'utf8').catch(() => null)
    if (text !== null) return text
  }
  throw new Error(`the page of ${id} is missing`)
}

/** Links lead nowhere from here, lines are not for a terminal, and options are arguments. */
function plain(markdown: string): string {
  const text = markdown.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1')
  return inArguments(text.replace(/([^\n])\n *(?![\n-]|\d\.|\|)/g, '$1 ')).trim()
}
