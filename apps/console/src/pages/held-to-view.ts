import { html } from 'hono/html'
import { longestTimes } from '../audits/expected.ts'
import { labels } from '../audits/labels.ts'
import { choice, folded, lines, upload } from '../fields.ts'
import { checkbox, field, type Problems, type Typed } from '../forms.ts'
import type { Html } from '../html.ts'

const sameSites = [
  ['', 'Not held to any'],
  ['Strict', 'Strict'],
  ['Lax', 'Lax'],
  ['None', 'None'],
] as const
const prefixes = [
  ['', 'Not held to any'],
  ['__Host-', '__Host-'],
  ['__Secure-', '__Secure-'],
] as const
const times = ['idleTimeout', 'absoluteTimeout'] as const
const expected = ['policy', 'policyFile', 'policyName', 'sameSite', 'cookiePrefix', 'concurrentSessions']
const others = ['secondUsername', 'secondPassword', 'puzzle', 'puzzleRequests']

/** What the site is held to beside what holds for all: its own policy. */
export function expectedView(problems: Problems, typed: Typed, auditSeconds: number): Html {
  const most = longestTimes(auditSeconds)
  return folded(
    'What the site says of its sessions',
    [...expected, ...times].some((name) => problems[name] || typed[name]),
    html`<p class="hint">What is given here is held against what the site does. Nothing that a check faults by itself is excused by it.</p>
${lines({
  name: 'policy',
  label: labels.policy,
  placeholder: '{"schema":"latchkey-policy/1", …}',
  hint: 'What latchkey/policy serves, or a file of that form.',
  most: 64_000,
  problem: problems.policy,
})}
<div class="pair">
${upload({ name: 'policyFile', label: labels.policyFile, problem: problems.policyFile })}
${field({
  name: 'policyName',
  inOptionalGroup: true,
  label: labels.policyName,
  autocomplete: 'off',
  placeholder: 'default',
  value: typed.policyName ?? '',
  problem: problems.policyName,
})}
${choice({
  name: 'sameSite',
  label: labels.sameSite,
  values: sameSites,
  chosen: typed.sameSite,
  problem: problems.sameSite,
})}
${choice({
  name: 'cookiePrefix',
  label: labels.cookiePrefix,
  values: prefixes,
  chosen: typed.cookiePrefix,
  problem: problems.cookiePrefix,
})}
${times.map((name) =>
  field({
    name,
    inOptionalGroup: true,
    label: labels[name],
    autocomplete: 'off',
    placeholder: name === 'idleTimeout' ? '20s' : '30s',
    hint: `Up to ${name === 'idleTimeout' ? most.idle : most.absolute}s: the audit waits for it.`,
    value: typed[name] ?? '',
    problem: problems[name],
  }),
)}
${field({
  name: 'concurrentSessions',
  inOptionalGroup: true,
  label: labels.concurrentSessions,
  autocomplete: 'off',
  inputMode: 'numeric',
  placeholder: '3',
  hint: 'From 1 to 10: so many sign-ins and one more.',
  value: typed.concurrentSessions ?? '',
  problem: problems.concurrentSessions,
})}
</div>`,
  )
}

/** What takes another account, or sends what a visitor may send. */
export function othersView(problems: Problems, typed: Typed): Html {
  return folded(
    'A second account, and other forms',
    others.some((name) => problems[name] || typed[name]),
    html`<p class="hint">With another account the audit proves that a session opens only its own user’s pages.</p>
<div class="pair">
${field({
  name: 'secondUsername',
  inOptionalGroup: true,
  label: labels.secondUsername,
  autocomplete: 'off',
  problem: problems.secondUsername,
  maxLength: 1000,
})}
${field({
  name: 'secondPassword',
  inOptionalGroup: true,
  label: labels.secondPassword,
  type: 'password',
  autocomplete: 'off',
  problem: problems.secondPassword,
  maxLength: 1000,
})}
</div>
${checkbox({
  name: 'puzzle',
  label: `${labels.puzzle}.`,
  checked: typed.puzzle === 'yes',
  hint: 'Such as that of a forgotten password, with the name above. What the site mails for it is mailed.',
  problem: problems.puzzle,
})}
${lines({
  name: 'puzzleRequests',
  label: labels.puzzleRequests,
  placeholder: 'POST /forgot user={{username}}',
  hint: 'Where no such form is found: one on each line. What the site mails for them is mailed.',
  problem: problems.puzzleRequests,
})}`,
  )
}
