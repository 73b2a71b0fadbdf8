import type { Compared, Comparison } from '../judging/compare.ts'
import { severities } from '../judging/severity.ts'
import { visible } from './escape.ts'
import { plainText } from './markdown-text.ts'

/** Every form of a comparison, by the name that --format takes. */
export const comparisonRenderers = {
  text: comparisonAsText,
  markdown: comparisonAsMarkdown,
  json: (comparison: Comparison) => `${JSON.stringify(comparison, null, 2)}\n`,
} satisfies Record<string, (comparison: Comparison) => string>

interface Group {
  readonly title: string
  readonly lines: readonly { readonly finding: Compared; readonly more: string }[]
}

function groups({ new: added, changed, unknown, fixed, unchanged }: Comparison): readonly Group[] {
  const of = <T extends Compared>(
    title: string,
    found: readonly T[],
    more: (finding: T) => string,
  ): Group => ({
    title,
    lines: found
      .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
      .map((finding) => ({ finding, more: more(finding) })),
  })
  return [
    of('new', added, ({ seen }) => seen),
    of('changed', changed, ({ was, seen }) => `was ${was}. ${seen}`),
    of('unknown', unknown, ({ reason }) => `was there before; now ${reason}`),
    of('fixed', fixed, () => ''),
    of('unchanged', unchanged, () => ''),
  ]
}

function counted(comparison: Comparison): string {
  return groups(comparison)
    .map(({ title, lines }) => `${lines.length} ${title}`)
    .join(', ')
}

function comparisonAsText(comparison: Comparison): string {
  const { before, after } = comparison
  const shown = groups(comparison).flatMap(({ title, lines }) => [
    ...(lines.length === 0 ? [] : ['', title]),
    ...lines.flatMap(({ finding: { severity, check, where }, more }) => [
      `  ${severity.padEnd(8)} ${check}: ${visible(where)}`,
      ...(more === '' ? [] : [`           ${visible(more)}`]),
    ]),
  ])
  return [
    `before: ${visible(before.url)}, ${visible(before.finishedAt)}`,
    `after:  ${visible(after.url)}, ${visible(after.finishedAt)}`,
    ...shown,
    '',
    counted(comparison),
    '',
  ].join('\n')
}

function comparisonAsMarkdown(comparison: Comparison): string {
  const { before, after } = comparison
  const blocks = groups(comparison).flatMap(({ title, lines }) => {
    if (lines.length === 0) return []
    const items = lines.map(({ finding: { severity, check, where }, more }) => {
      const said = more === '' ? '' : `: ${plainText(more)}`
      return `- ${severity} **${plainText(check)}** ${plainText(where)}${said}`
    })
    const list = items.join('\n')
    if (title === 'new' || title === 'changed') return [`**${title}**\n\n${list}`]
    return [`<details><summary>${title}: ${lines.length}</summary>\n\n${list}\n\n</details>`]
  })
  return [
    `### Session audit: ${counted(comparison)}`,
    `${plainText(before.url)} (${plainText(before.finishedAt)}) to ${plainText(after.url)} (${plainText(after.finishedAt)})`,
    ...blocks,
    '',
  ].join('\n\n')
}
