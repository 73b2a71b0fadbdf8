import { bodyTop, margin, round, svgDocument, text, width } from './svg.ts'

export interface Line {
  readonly label: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

const plotHeight = 300
const labelWidth = 130
const axisWidth = 50
const lineGap = 19
/** Between two lines of the grid. */
const step = 0.2

/** Lines over a logarithmic x axis, shares from zero up, each with its label at its end. `xs` are marked on the axis. */
export function lineChart(
  title: string,
  subtitle: string,
  xs: readonly { readonly x: number; readonly written: string }[],
  lines: readonly Line[],
): string {
  const points = lines.flatMap(({ points }) => points)
  const [first, last] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))]
  const steps = Math.max(1, Math.ceil(Math.max(...points.map(({ y }) => y)) / step))
  const top = steps * step
  const [left, right] = [margin + axisWidth, width - margin - labelWidth]
  const bottom = bodyTop + plotHeight
  const across = (x: number) =>
    left + ((right - left) * Math.log(x / first)) / Math.log(last / first || Math.E)
  const up = (y: number) => bottom - (plotHeight * y) / top

  const grid = Array.from({ length: steps + 1 }, (_, n) => n * step).flatMap((y) => [
    `<line class="line" x1="${left}" y1="${round(up(y))}" x2="${right}" y2="${round(up(y))}"/>`,
    text(left - 10, up(y) + 5, y.toFixed(1), 'quiet', 'end'),
  ])
  const marks = xs.map(({ x, written }) => text(across(x), bottom + 24, written, 'quiet', 'middle'))
  const drawn = lines.flatMap(({ points }, at) => [
    `<polyline fill="none" stroke="${colourOf(at)}" stroke-width="2.5" points="${points
      .map(({ x, y }) => `${round(across(x))},${round(up(y))}`)
      .join(' ')}"/>`,
    ...points.map(
      ({ x, y }) => `<circle cx="${round(across(x))}" cy="${round(up(y))}" r="4" fill="${colourOf(at)}"/>`,
    ),
  ])
  const ends = lines.map(({ points }) => points.at(-1) ?? { x: first, y: 0 })
  const heights = apart(ends.map(({ y }) => up(y)))
  const labels = lines.flatMap(({ label }, at) => {
    const [x, y] = [across(ends[at]?.x ?? last) + 12, heights[at] ?? bottom]
    return [
      `<circle cx="${round(x + 4)}" cy="${round(y)}" r="5" fill="${colourOf(at)}"/>`,
      text(x + 15, y + 5, label),
    ]
  })
  return svgDocument(bottom + 48, title, subtitle, [...grid, ...marks, ...drawn, ...labels])
}

// Told apart on white and on near-black, also without red and green (Okabe and Ito's set, darkened).
const colours = ['#0b84c6', '#d9822b', '#1f9e77', '#c4569b', '#8a7a1f', '#7a6fd0']

function colourOf(at: number): string {
  return colours[at % colours.length] ?? '#888888'
}

/** The heights, moved down just as far as labels need to stand under each other. */
export function apart(heights: readonly number[]): number[] {
  const order = heights.map((height, at) => ({ height, at })).sort((a, b) => a.height - b.height)
  const moved: number[] = []
  let free = Number.NEGATIVE_INFINITY
  for (const { height, at } of order) {
    moved[at] = Math.max(height, free)
    free = (moved[at] ?? height) + lineGap
  }
  return moved
}
