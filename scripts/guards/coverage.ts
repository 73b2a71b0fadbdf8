import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rowsOf } from './tables.ts'

/** A check, as far as the page speaks of it. */
interface CheckLike {
  readonly id: string
  readonly refs: readonly string[]
}

/** Each of these needs a row: all that the page promises to speak of. */
export const REQUIREMENTS: readonly string[] = [
  ...numbered('WSTG-SESS-', 11, 2),
  ...Object.entries({
    '7.1': 3,
    '7.2': 4,
    '7.3': 2,
    '7.4': 5,
    '7.5': 3,
    '7.6': 2,
    '3.3': 5,
    '3.5': 8,
    '9.1': 3,
    '9.2': 4,
  }).flatMap(([section, last]) => numbered(`v5.0.0-${section}.`, last, 1)),
]

const page = 'docs/coverage.md'
const checkLink = /\[([a-z0-9-]+)\]\(checks\/([a-z0-9-]+)\.md\)/g

/** `docs/coverage.md` and the sources that the checks name say the same. */
export async function coverageGuard(): Promise<string[]> {
  if (!existsSync(page)) return [`${page} does not exist`]
  const list = pathToFileURL(join(resolve('packages/audit/src/checks'), 'index.ts')).href
  const { checks }: { checks: readonly CheckLike[] } = await import(list)
  return faultsOfCoverage(readFileSync(page, 'utf8'), checks).map((fault) => `${page}: ${fault}`)
}

/** What is wrong with the page, given the checks; empty when nothing is. */
export function faultsOfCoverage(text: string, checks: readonly CheckLike[]): string[] {
  const rows = rowsOf(text).map((cells) => {
    const named = [...(cells[2] ?? '').matchAll(checkLink)].map(([, name = '']) => name)
    return { id: (cells[0] ?? '').replaceAll('`', ''), named, left: cells[3] ?? '' }
  })
  const standard = rows.filter(({ id }) => isStandard(id))
  const refs = new Map(checks.map((check) => [check.id, check.refs.map(asRow).filter(isStandard)]))
  return [
    ...REQUIREMENTS.flatMap((id) => (rows.some((row) => row.id === id) ? [] : `${id} has no row`)),
    ...rows.flatMap(({ id, named, left }) =>
      named.length === 0 && left === '' ? `${id} names no check, and no reason why none decides it` : [],
    ),
    ...rows.flatMap(({ id, named }) =>
      named.flatMap((name) => (refs.has(name) ? [] : `${id} names ${name}, which is no check`)),
    ),
    ...standard.flatMap(({ id, named }) =>
      named.flatMap((name) =>
        refs.get(name)?.includes(id) === false ? `${id} names ${name}, which does not name it` : [],
      ),
    ),
    ...[...refs].flatMap(([name, ids]) =>
      ids.flatMap((id) =>
        standard.some((row) => row.id === id && row.named.includes(name))
          ? []
          : `no row of ${id} names ${name}`,
      ),
    ),
  ]
}

/** Of the sources of a check, those that have rows: the tests of sessions, and ASVS. */
function isStandard(id: string): boolean {
  return /^(?:WSTG-SESS-|v5\.0\.0-)/.test(id)
}

function asRow(ref: string): string {
  return ref.replace(/^ASVS-/, 'v5.0.0-')
}

function numbered(before: string, last: number, digits: number): string[] {
  return Array.from({ length: last }, (_, at) => `${before}${String(at + 1).padStart(digits, '0')}`)
}
