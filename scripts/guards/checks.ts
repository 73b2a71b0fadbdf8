/**
 * Guards the auditor's checks: each has a test and a page of its name, is in the list, is called what its
 * file is called, says what somebody can do when it fails, and names its sources. Says what is missing and exits with 1.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Sections that every page has, in this order. */
const SECTIONS = ['What is proved', 'Controls', 'What a fail means', 'How to fix it', 'References']

/** At least one of each. */
const SOURCES = [/^WSTG-[A-Z]{4}-\d\d$/, /^ASVS-\d+\.\d+\.\d+$/, /^CWE-\d+$/]

interface CheckLike {
  readonly id: string
  readonly risk?: string
  readonly refs: readonly string[]
  readonly fixes?: Readonly<Record<string, string>>
}

/** What is wrong with the checks in `sources`, given their pages in `pages`; empty when nothing is. */
export async function faultsOf(sources: string, pages: string): Promise<readonly string[]> {
  const files = readdirSync(sources)
  const names = files
    .filter((file) => /^[a-z0-9-]+\.ts$/.test(file) && file !== 'index.ts')
    .map((file) => file.slice(0, -3))
  const { checks }: { checks: readonly CheckLike[] } = await import(
    pathToFileURL(join(sources, 'index.ts')).href
  )
  const listed = checks.map((check) => check.id)
  return [
    ...names.flatMap((name) =>
      files.includes(`${name}.test.ts`) ? [] : `${name}: there is no ${name}.test.ts`,
    ),
    ...names.flatMap((name) => (listed.includes(name) ? [] : `${name}: no check of this id is in index.ts`)),
    ...listed.flatMap((id) => (names.includes(id) ? [] : `${id}: there is no ${id}.ts`)),
    ...listed.flatMap((id, at) => (listed.indexOf(id) === at ? [] : `${id}: is in index.ts twice`)),
    ...checks.flatMap(faultsOfSources),
    ...checks.flatMap((check) => faultsOfRisk(check, checks)),
    ...checks.flatMap((check) => faultsOfPage(check, pages)),
    ...strayPages(listed, pages),
  ]
}

function faultsOfSources({ id, refs }: CheckLike): readonly string[] {
  return SOURCES.flatMap((source) =>
    refs.some((ref) => source.test(ref)) ? [] : `${id}: no ref is like ${source}`,
  )
}

/** Reports say it for people who know nothing of sessions, of each check something else. */
function faultsOfRisk({ id, risk = '' }: CheckLike, all: readonly CheckLike[]): readonly string[] {
  if (!/^\p{Lu}.*\.$/u.test(risk)) return [`${id}: its risk is no sentence`]
  const same = all.find((other) => other.id !== id && other.risk === risk)
  return same ? [`${id}: its risk is that of ${same.id}`] : []
}

function faultsOfPage({ id, refs, fixes = {} }: CheckLike, pages: string): readonly string[] {
  const page = readPage(join(pages, `${id}.md`))
  if (page === null) return [`${id}: there is no page ${id}.md`]
  const headings = [...page.matchAll(/^## (.+)$/gm)].map((match) => match[1])
  return [
    ...(page.startsWith(`# ${id}\n`) ? [] : [`${id}: its page does not start with "# ${id}"`]),
    ...(headings.join() === SECTIONS.join()
      ? []
      : [`${id}: its page's sections are not ${SECTIONS.join(', ')}`]),
    ...refs.flatMap((ref) => (page.includes(ref) ? [] : `${id}: its page does not name ${ref}`)),
    ...Object.entries(fixes).flatMap(([framework, fix]) =>
      page.includes(`- **${framework}**: ${fix}\n`) ? [] : `${id}: its page lacks the fix for ${framework}`,
    ),
  ]
}

function strayPages(listed: readonly string[], pages: string): readonly string[] {
  return readdirSync(pages)
    .filter((file) => file.endsWith('.md') && !listed.includes(file.slice(0, -3)))
    .map((file) => `${file}: is the page of no check`)
}

function readPage(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

if (import.meta.main) {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  const faults = await faultsOf(join(root, 'packages/audit/src/checks'), join(root, 'docs/checks'))
  for (const fault of faults) process.stderr.write(`${fault}\n`)
  if (faults.length > 0) process.exitCode = 1
}
