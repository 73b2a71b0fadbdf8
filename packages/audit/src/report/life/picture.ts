import type { Report } from '../../judging/check.ts'
import type { Moment } from '../../judging/moment.ts'
import { html, type Markup } from '../escape.ts'
import { LANES, type Placed, placed, way } from './layout.ts'
import { mark } from './mark.ts'

/** In the drawing's own units: where a lane's name ends, and how far lanes and steps are apart. */
interface Scale {
  readonly margin: number
  readonly lane: number
  readonly step: number
}

const WIDE: Scale = { margin: 84, lane: 46, step: 44 }
const TALL: Scale = { margin: 30, lane: 62, step: 36 }
const MOST_WIDE = 880

type Place = (at: Pick<Placed, 'step' | 'row'>) => readonly [x: number, y: number]

/**
 * The session's life as a picture (SVG): a lane for the visitor, the sign-in, use, the sign-out, and what was sent with
 * copies; time goes from left to right, on narrow screens from top to bottom. Its colours are custom properties of
 * `reportCss`, and the list below says what each number is, so that nothing rests on seeing it. Empty where the report
 * says nothing of it.
 */
export function lifePicture({ life = [] }: Pick<Report, 'life'>): string {
  return picture(life).markup
}

export function picture(life: readonly Moment[]): Markup {
  if (life.length === 0) return html``
  const all = placed(life)
  return html`<figure class="lk-life">
${wide(all)}
${tall(all)}
<ol class="lk-moments">${all.map(item)}</ol>
</figure>`
}

function wide(all: readonly Placed[]): Markup {
  const room = MOST_WIDE - WIDE.margin - 24
  const step = Math.min(WIDE.step * 2, Math.max(26, room / Math.max(1, all.length)))
  const width = Math.max(MOST_WIDE, WIDE.margin + all.length * step + 10)
  const height = LANES.length * WIDE.lane
  const place: Place = (at) => [round(WIDE.margin + (at.step + 0.5) * step), (at.row + 0.5) * WIDE.lane]
  const lanes = LANES.map(({ name }, row) => {
    const [, y] = place({ step: 0, row })
    return html`<text class="lk-lane" x="0" y="${y + 4}">${name}</text><line class="lk-track" x1="${WIDE.margin}" y1="${y}" x2="${width}" y2="${y}"/>`
  })
  return svg('wide', width, height, all, lanes, place)
}

function tall(all: readonly Placed[]): Markup {
  const width = LANES.length * TALL.lane
  const height = TALL.margin + all.length * TALL.step + 8
  const place: Place = (at) => [(at.row + 0.5) * TALL.lane, TALL.margin + (at.step + 0.5) * TALL.step]
  const lanes = LANES.map(({ name }, row) => {
    const [x] = place({ step: 0, row })
    return html`<text class="lk-lane lk-middle" x="${x}" y="14">${name}</text><line class="lk-track" x1="${x}" y1="${TALL.margin - 6}" x2="${x}" y2="${height}"/>`
  })
  return svg('tall', width, height, all, lanes, place)
}

function svg(
  kind: 'wide' | 'tall',
  width: number,
  height: number,
  all: readonly Placed[],
  lanes: readonly Markup[],
  place: Place,
): Markup {
  return html`<svg class="lk-${kind}" viewBox="0 0 ${round(width)} ${height}" role="img" aria-labelledby="lk-life-${kind} lk-life-${kind}-text">
<title id="lk-life-${kind}">The life of the session</title>
<desc id="lk-life-${kind}-text">${spoken(all)}</desc>
${lanes}<path class="lk-way" d="${path(way(all), place)}"/>
${all.map(({ moment, number, ...at }) => mark(moment, number, ...place(at)))}
</svg>`
}

function path(points: readonly Placed[], place: Place): string {
  return points.map((point, at) => `${at === 0 ? 'M' : 'L'}${place(point).join(' ')}`).join('')
}

function spoken(all: readonly Placed[]): string {
  const bad = all.filter(({ moment }) => moment.state === 'bad').map(({ number }) => number)
  const failed = bad.length === 0 ? 'None of them failed' : `Failed: ${bad.join(', ')}`
  return `${all.length} moments in the order of time, described in the list below. ${failed}.`
}

const SPOKEN: Readonly<Record<Moment['state'], string>> = {
  bad: 'failed: ',
  unclear: 'not known: ',
  good: 'as it should be: ',
  plain: '',
}

function item({ moment: { lane, what, state, check } }: Placed): Markup {
  const name = LANES.find((one) => one.lane === lane)?.name ?? lane
  const text = check === null ? html`${what}` : html`<a href="#lk-${check}">${what}</a>`
  return html`<li class="lk-m-${state}"><span class="lk-hidden">${SPOKEN[state]}</span>${text} <span class="lk-in">${name}</span></li>`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
