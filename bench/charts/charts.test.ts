import assert from 'node:assert/strict'
import { test } from 'node:test'
import { barChart } from './bars.ts'
import { apart, lineChart } from './lines.ts'
import { width } from './svg.ts'

const numbersOf = (svg: string, pattern: RegExp) =>
  [...svg.matchAll(pattern)].map(([, number]) => Number(number))

test('bars are as long as their values say, and none leaves the picture', () => {
  const bar = (label: string, value: number) => ({
    label,
    value,
    written: String(value),
    tone: 'own' as const,
  })
  const svg = barChart('T', 'S', [{ label: 'G', bars: [bar('a', 1), bar('b', 0.5), bar('c', 0.25)] }])
  const [a = 0, b = 0, c = 0] = numbersOf(svg, /<rect class="own"[^>]* width="([\d.]+)"/g)
  assert.ok(Math.abs(b - a / 2) <= 0.1 && Math.abs(c - a / 4) <= 0.1)
  const left = numbersOf(svg, /<rect class="own" x="([\d.]+)"/g)[0] ?? 0
  assert.ok(left + a < width)
})

test('labels are text, whatever they hold', () => {
  const svg = barChart('a < b & "c"', '', [
    { label: '', bars: [{ label: '<script>', value: 1, written: '1', tone: 'peer' }] },
  ])
  assert.doesNotMatch(svg, /<script>/)
  assert.match(svg, /aria-label="a &lt; b &amp; &quot;c&quot;/)
})

test('lines start at the axis, end at its end, and more is higher', () => {
  const points = [
    { x: 1000, y: 0.5 },
    { x: 100_000, y: 0.4 },
    { x: 1_000_000, y: 0.6 },
  ]
  const svg = lineChart('T', 'S', [{ x: 1000, written: '1,000' }], [{ label: 'one', points }])
  const drawn = /<polyline[^>]* points="([^"]+)"/
    .exec(svg)?.[1]
    ?.split(' ')
    .map((pair) => pair.split(',').map(Number))
  const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = []] = drawn ?? []
  assert.ok(x0 < x1 && x1 < x2 && x2 < width)
  // A hundredfold takes two thirds of what a thousandfold takes.
  assert.ok(Math.abs((x1 - x0) / (x2 - x0) - 2 / 3) < 0.01)
  assert.ok(y2 < y0 && y0 < y1)
})

test('labels do not cover each other', () => {
  assert.deepEqual(apart([100, 101, 200, 90]), [109, 128, 200, 90])
})
