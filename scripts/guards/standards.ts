import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rowsOf } from './tables.ts'

const proofLink = /\[([^\]]+)\]\(([^)#\s]+)\)/g

/** `docs/standards.md`: each row of its tables ends with links to tests, and a file of each has a test of that name. */
export function standardsGuard(): string[] {
  const path = 'docs/standards.md'
  return unprovenRows(readFileSync(path, 'utf8'), (target) => {
    const file = join(dirname(path), target)
    return existsSync(file) ? readFileSync(file, 'utf8') : null
  }).map((problem) => `${path}: ${problem}`)
}

/**
 * What is wrong with the tables of a page.
 * @param read the text of a file that the page links to, null when there is none
 */
export function unprovenRows(page: string, read: (target: string) => string | null): string[] {
  return rowsOf(page).flatMap((cells) => {
    const links = [...(cells.at(-1) ?? '').matchAll(proofLink)]
    if (links.length === 0) return [`${cells[0]} names no test`]
    return links.flatMap(([, name = '', target = '']) => {
      const text = read(target)
      if (text === null) return [`${cells[0]}: ${target} does not exist`]
      return isTestName(text, name) ? [] : [`${cells[0]}: ${target} has no test "${name}"`]
    })
  })
}

/** A test by `node:test`, or a law: `async 'name'(store)`. */
function isTestName(text: string, name: string): boolean {
  const quotes = [`'${name}'`, `"${name}"`, `\`${name}\``]
  return quotes.some((quoted) =>
    [`test(${quoted}`, `it(${quoted}`, `async ${quoted}(`, `test(\n    ${quoted}`].some((start) =>
      text.includes(start),
    ),
  )
}
