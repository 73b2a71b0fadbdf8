import { html } from 'hono/html'
import { labels } from '../audits/labels.ts'
import { folded } from '../fields.ts'
import { checkbox, field, type Problems, type Typed } from '../forms.ts'
import type { Html } from '../html.ts'
import { alsoView } from './also-view.ts'
import { expectedView, othersView } from './held-to-view.ts'
import { waysInView } from './ways-in-view.ts'

/** What a user's form offers; a visitor's is for passive audits. */
export interface Offered {
  /** Whether an audit may start a browser on this machine. */
  readonly mayUseBrowser: boolean
  /** Milliseconds an audit may take. */
  readonly auditTimeLimit: number
}

export interface AuditFormView {
  /** The field of the token against forged forms. */
  readonly csrf: Html | ''
  /** Null: sign-in details may not be given. */
  readonly offered: Offered | null
  readonly problems?: Problems
  /** What was typed, but never sign-in details: those do not come back. */
  readonly typed?: Typed
}

/** What the form's fields are called, in its order. */
export const formLabels: Readonly<Record<string, string>> = {
  url: 'Address of the site',
  ...labels,
  permission: 'Your permission',
}

const pages = [
  ['loginUrl', '/login'],
  ['protectedUrl', '/account'],
  ['logoutUrl', '/logout'],
  ['reauthUrl', '/confirm'],
] as const

/** "Audit a site". Works without script; sign-in details are folded until wanted. */
export function auditFormView({ csrf, offered, problems = {}, typed = {} }: AuditFormView): Html {
  return html`<form class="card form" method="post" action="/audits"${offered ? html` enctype="multipart/form-data"` : ''} aria-label="Audit a site">${csrf}
${field({
  name: 'url',
  label: 'Address of the site',
  autocomplete: 'off',
  required: true,
  inputMode: 'url',
  placeholder: 'https://example.com',
  value: typed.url ?? '',
  problem: problems.url,
  maxLength: 2000,
})}
${offered ? signInDetails(problems, typed, offered) : ''}
${certificate(problems, typed)}
${checkbox({
  name: 'permission',
  label: 'This site is mine, or its owner agreed to this audit.',
  required: true,
  checked: typed.permission === 'yes',
  problem: problems.permission,
})}
<div class="actions"><button class="button primary">${offered ? 'Start the audit' : 'Start a passive audit'}</button>
${offered ? html`<button class="button" name="do" value="try">Try the sign-in first</button>` : ''}</div>
</form>`
}

function signInDetails(problems: Problems, typed: Typed, offered: Offered): Html {
  return html`<fieldset>
<legend>Sign-in on that site <span class="optional">optional</span></legend>
<p class="hint">With a test account the audit signs in, and judges what matters most: rotation at sign-in, sign-out, fixation. Without one it looks only at what a visitor sees. The details are kept in memory for this run only.</p>
<div class="pair">
${field({
  name: 'username',
  inOptionalGroup: true,
  label: labels.username,
  autocomplete: 'off',
  problem: problems.username,
  maxLength: 1000,
})}
${field({
  name: 'password',
  inOptionalGroup: true,
  label: labels.password,
  type: 'password',
  autocomplete: 'off',
  problem: problems.password,
  maxLength: 1000,
})}
</div>
${whereView(problems, typed)}
${waysInView(problems, typed, offered.mayUseBrowser)}
${othersView(problems, typed)}
${alsoView(problems, typed, offered.auditTimeLimit / 1000)}
${expectedView(problems, typed, offered.auditTimeLimit / 1000)}
</fieldset>`
}

function whereView(problems: Problems, typed: Typed): Html {
  return folded(
    'Where to sign in and out',
    pages.some(([name]) => typed[name] || problems[name]),
    html`<p class="hint">Found by itself what is left empty.</p>
<div class="pair">${pages.map(([name, placeholder]) =>
      field({
        name,
        inOptionalGroup: true,
        label: labels[name],
        autocomplete: 'off',
        inputMode: 'url',
        placeholder,
        value: typed[name] ?? '',
        problem: problems[name],
      }),
    )}</div>`,
  )
}

function certificate(problems: Problems, typed: Typed): Html {
  return folded(
    'The site’s certificate is self-signed',
    typed.insecure === 'yes' || problems.insecure !== undefined,
    checkbox({
      name: 'insecure',
      label: `${labels.insecure}.`,
      checked: typed.insecure === 'yes',
      hint: 'Only for a machine of yours in a network that you trust: whoever is on the way to it could pose as the site and read the sign-in details. The report says that it was not verified.',
      problem: problems.insecure,
    }),
  )
}
