import type { Moment } from '../../judging/moment.ts'
import { html, type Markup } from '../escape.ts'

const RADIUS = 11

/**
 * A moment's mark, by its form as well as by its colour: a ring for what was as it should be, a filled diamond for what
 * was not, a dashed ring for what is not known, a dot for what had to happen anyway.
 */
export function mark({ state }: Moment, number: number, x: number, y: number): Markup {
  const label = html`<text x="${x}" y="${y + 4}">${number}</text>`
  return html`<g class="lk-m lk-m-${state}">${shape(state, x, y)}${label}</g>`
}

function shape(state: Moment['state'], x: number, y: number): Markup {
  if (state !== 'bad') return html`<circle cx="${x}" cy="${y}" r="${RADIUS}"/>`
  const r = RADIUS + 4
  return html`<path d="M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}Z"/>`
}
