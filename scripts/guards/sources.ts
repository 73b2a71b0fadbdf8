import { trackedFiles } from './files.ts'

const maxLines = 300

// Written in pieces, so that the guard does not find itself.
const forbidden: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`(^|[\\s"'\`(=])/(${['work', 'root', 'farm'].join('|')})/`), 'a path of one machine'],
  [new RegExp(['registry', 'npmjs', 'org'].join('\\.')), 'the host of a registry'],
  [new RegExp(`@ts-(${['ignore', 'nocheck'].join('|')})`), 'a switched-off type check'],
  [new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`), 'an unfinished place'],
  [
    /\b(describe|it|test)\.(only|skip|todo)\b|\{ *(only|skip|todo): *true/,
    'a test that is switched off or alone',
  ],
]

/** Size, names and left-overs of source files. */
export function sourceGuard(): string[] {
  const problems: string[] = []
  for (const { path, text } of trackedFiles(/\.(ts|js|css|md|json|php|py|yml|sh)$|\.ci\/run$/)) {
    if (/(^|\/)package-lock\.json$/.test(path)) {
      if (/"resolved": *"https?:/.test(text)) problems.push(`${path} records download addresses`)
      continue
    }
    const lines = text.split('\n').length - 1
    if (path.endsWith('.ts') && lines > maxLines)
      problems.push(`${path} has ${lines} lines; ${maxLines} is one idea`)
    if (/(^|\/)utils?(\.|\/)/.test(path)) problems.push(`${path}: name the file after what it does`)
    for (const [pattern, what] of forbidden) {
      const at = text.split('\n').findIndex((line) => pattern.test(line))
      if (at >= 0) problems.push(`${path}:${at + 1} holds ${what}`)
    }
  }
  return problems
}
