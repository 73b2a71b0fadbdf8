import { html } from 'hono/html'
import type { Html } from './html.ts'

const units = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
] as const

/** "3 minutes ago", with the exact time for those who hover or read by machine. Times are ms since the epoch. */
export function ago(time: number, now: number): Html {
  const iso = new Date(time).toISOString()
  return html`<time datetime="${iso}" title="${exactly(time)}">${relative(now - time)}</time>`
}

export function exactly(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function relative(age: number): string {
  for (const [length, name] of units) {
    const count = Math.floor(age / length)
    if (count >= 1) return count === 1 ? `1 ${name} ago` : `${count} ${name}s ago`
  }
  return 'just now'
}

export function seconds(milliseconds: number): string {
  return `${Math.max(1, Math.round(milliseconds / 1000))} s`
}
