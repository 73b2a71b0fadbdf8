import { bodyTop, margin, round, svgDocument, type Tone, text, width } from './svg.ts'

export interface Bar {
  readonly label: string
  readonly value: number
  /** The value as it is to be read. */
  readonly written: string
  readonly tone: Tone
}

export interface BarGroup {
  /** Empty for none. */
  readonly label: string
  readonly bars: readonly Bar[]
}

const barHeight = 18
const rowHeight = 27
const headHeight = 34
const labelWidth = 330
const writtenWidth = 90

/** Horizontal bars from zero, with their labels at the left and their values at their ends. */
export function barChart(title: string, subtitle: string, groups: readonly BarGroup[]): string {
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)))
  const left = margin + labelWidth
  const scale = (width - margin - writtenWidth - left) / most
  const body: string[] = []
  let y = bodyTop
  for (const { label, bars } of groups) {
    if (label !== '') {
      body.push(text(margin, y + 20, label, 'head'))
      y += headHeight
    }
    for (const bar of bars) {
      const length = Math.max(1, round(bar.value * scale))
      const baseline = y + 14
      body.push(
        text(left - 10, baseline, bar.label, bar.tone === 'own' ? 'head' : '', 'end'),
        `<rect class="${bar.tone}" x="${left}" y="${y}" width="${length}" height="${barHeight}" rx="2"/>`,
        text(left + length + 8, baseline, bar.written, bar.tone === 'own' ? 'head' : ''),
      )
      y += rowHeight
    }
  }
  return svgDocument(y + margin / 2, title, subtitle, body)
}
