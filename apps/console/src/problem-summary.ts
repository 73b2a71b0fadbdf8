import { html } from 'hono/html'
import type { Problems } from './forms.ts'
import type { Html } from './html.ts'
import { announced } from './layout.ts'

/**
 * What is wrong with a form that was sent, above it: each problem leads to its field. Nothing where there is none.
 * @param labels what the fields are called, by their names
 */
export function problemSummary(
  lead: string,
  problems: Problems,
  labels: Readonly<Record<string, string>>,
): Html | null {
  // In the order of the form.
  const order = Object.keys(labels)
  const all = Object.entries(problems).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b))
  if (all.length === 0) return null
  return announced(
    'bad',
    html`${lead}<ul>${all.map(([name, problem]) =>
      labels[name] === undefined
        ? html`<li>${problem}</li>`
        : html`<li><a href="#${name}">${labels[name]}</a>: ${problem}</li>`,
    )}</ul>`,
  )
}
