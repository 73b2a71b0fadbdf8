import type { Compared, Comparison } from '@latchkey/audit'
import { html } from 'hono/html'
import type { Audit } from '../data/audit.ts'
import { exactly } from '../format.ts'
import type { Html } from '../html.ts'

interface Group {
  readonly name: string
  readonly tone: string
  /** Its number is said also where that is none. */
  readonly isUsual: boolean
  /** What of it is shown without a click: what is worse than before, or not known. */
  readonly isOpen: boolean
  readonly lines: readonly { readonly finding: Compared; readonly more: string }[]
}

/** What became of the findings since the last audit of the same site. */
export function sinceLast(comparison: Comparison, before: Audit): Html {
  const all = groupsOf(comparison)
  return html`<section class="card stack since" aria-labelledby="since">
<div class="heading inner"><h2 id="since">Since the last audit</h2>
<a class="meta" href="/audits/${before.id}">of ${exactly(before.startedAt)}</a></div>
<ul class="counts">${all.filter(({ isUsual, lines }) => isUsual || lines.length > 0).map(({ name, tone, lines }) => html`<li class="badge ${lines.length === 0 ? 'muted' : tone}">${lines.length} ${name}</li>`)}</ul>
${all.filter(({ lines }) => lines.length > 0).map(groupView)}
</section>`
}

function groupsOf({ new: added, changed, unknown, fixed, unchanged }: Comparison): readonly Group[] {
  const plain = (findings: readonly Compared[]) => findings.map((finding) => ({ finding, more: '' }))
  return [
    {
      name: 'new',
      tone: 'high',
      isUsual: true,
      isOpen: true,
      lines: added.map((finding) => ({ finding, more: finding.seen })),
    },
    {
      name: 'of another severity',
      tone: 'medium',
      isUsual: false,
      isOpen: true,
      lines: changed.map((finding) => ({ finding, more: `Was ${finding.was}. ${finding.seen}` })),
    },
    {
      name: 'not known any more',
      tone: 'medium',
      isUsual: false,
      isOpen: true,
      lines: unknown.map((finding) => ({ finding, more: `Was there before; now ${finding.reason}` })),
    },
    { name: 'fixed', tone: 'pass', isUsual: true, isOpen: true, lines: plain(fixed) },
    { name: 'unchanged', tone: 'low', isUsual: true, isOpen: false, lines: plain(unchanged) },
  ]
}

function groupView({ name, isOpen, lines }: Group): Html {
  return html`<details${isOpen ? html` open` : ''}><summary>${lines.length} ${name}</summary>
<ul class="compared">${lines.map(
    ({ finding, more }) => html`<li><span class="badge ${finding.severity}">${finding.severity}</span>
<p><b>${finding.title}</b> <span class="meta">${finding.where}</span>${more && html`<br>${more}`}</p></li>`,
  )}</ul></details>`
}
