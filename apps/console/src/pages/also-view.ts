import { html } from 'hono/html'
import { longestSilence, mostSamples } from '../audits/also.ts'
import { labels } from '../audits/labels.ts'
import { folded, lines } from '../fields.ts'
import { checkbox, field, type Problems, type Typed } from '../forms.ts'
import type { Html } from '../html.ts'

const names = ['logoutEverywhere', 'logoutEverywhereUrl', 'logoutEverywhereRequest', 'streams'] as const
const numbers = ['streamWait', 'idSamples'] as const

/** What is tried only when it is asked for, and where to look for it. */
export function alsoView(problems: Problems, typed: Typed, auditSeconds: number): Html {
  return folded(
    'More to try on that site',
    [...names, ...numbers].some((name) => problems[name] || typed[name]),
    html`${checkbox({
      name: 'logoutEverywhere',
      label: `${labels.logoutEverywhere}.`,
      checked: typed.logoutEverywhere === 'yes',
      hint: 'By the button that a page has for it. The account’s sessions elsewhere end too, those of people among them.',
      problem: problems.logoutEverywhere,
    })}
<div class="pair">
${field({
  name: 'logoutEverywhereUrl',
  inOptionalGroup: true,
  label: labels.logoutEverywhereUrl,
  autocomplete: 'off',
  inputMode: 'url',
  placeholder: '/logout-all',
  hint: 'Where no page has a button: this asks for it as well.',
  value: typed.logoutEverywhereUrl ?? '',
  problem: problems.logoutEverywhereUrl,
  maxLength: 2000,
})}
${field({
  name: 'logoutEverywhereRequest',
  inOptionalGroup: true,
  label: labels.logoutEverywhereRequest,
  autocomplete: 'off',
  placeholder: 'DELETE /sessions',
  hint: 'Instead of a page.',
  problem: problems.logoutEverywhereRequest,
  maxLength: 10_000,
})}
</div>
${lines({
  name: 'streams',
  label: labels.streams,
  placeholder: '/events',
  hint: 'Those that only a user may open, one on each line. Found in pages and scripts when left empty.',
  problem: problems.streams,
})}
<div class="pair">${numbers.map((name) => numberField(name, problems, typed, auditSeconds))}</div>`,
  )
}

function numberField(
  name: (typeof numbers)[number],
  problems: Problems,
  typed: Typed,
  auditSeconds: number,
): Html {
  const isWait = name === 'streamWait'
  return field({
    name,
    inOptionalGroup: true,
    label: labels[name],
    autocomplete: 'off',
    inputMode: 'numeric',
    placeholder: isWait ? '5' : '8',
    hint: isWait
      ? `Up to ${longestSilence(auditSeconds)}; waited for twice.`
      : `From 8 to ${mostSamples}: with more of them, more is told of how they are made.`,
    value: typed[name] ?? '',
    problem: problems[name],
    maxLength: 10,
  })
}
