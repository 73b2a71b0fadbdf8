import { html } from 'hono/html'
import { checkbox, field, type Problems, type Typed } from '../forms.ts'
import type { Html } from '../html.ts'
import { waysInView } from './ways-in-view.ts'

export interface AuditFormView {
  /** The field of the token against forged forms. */
  readonly csrf: Html | ''
  /** Whether sign-in details may be given. */
  readonly active: boolean
  /** Whether an audit may start a browser on this machine. */
  readonly mayUseBrowser?: boolean
  readonly problems?: Problems
  /** What was typed, but never sign-in details: those do not come back. */
  readonly typed?: Typed
}

/** "Audit a site". Works without script; sign-in details are folded until wanted. */
export function auditFormView({
  csrf,
  active,
  mayUseBrowser = false,
  problems = {},
  typed = {},
}: AuditFormView): Html {
  return html`<form class="card form" method="post" action="/audits"${active ? html` enctype="multipart/form-data"` : ''} aria-label="Audit a site">${csrf}
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
${active ? signInDetails(problems, typed, mayUseBrowser) : ''}
${checkbox({
  name: 'permission',
  label: 'This site is mine, or its owner agreed to this audit.',
  required: true,
  problem: problems.permission,
})}
<button class="button primary">${active ? 'Start the audit' : 'Start a passive audit'}</button>
</form>`
}

function signInDetails(problems: Problems, typed: Typed, mayUseBrowser: boolean): Html {
  return html`<fieldset>
<legend>Sign-in on that site <span class="optional">optional</span></legend>
<p class="hint">With a test account the audit signs in, and judges what matters most: rotation at sign-in, sign-out, fixation. Without one it looks only at what a visitor sees. The details are kept in memory for this run only.</p>
<div class="pair">
${field({
  name: 'username',
  inOptionalGroup: true,
  label: 'User name there',
  autocomplete: 'off',
  problem: problems.username,
  maxLength: 1000,
})}
${field({
  name: 'password',
  inOptionalGroup: true,
  label: 'Password there',
  type: 'password',
  autocomplete: 'off',
  problem: problems.password,
  maxLength: 1000,
})}
</div>
<details${typed.loginUrl || typed.protectedUrl || problems.loginUrl || problems.protectedUrl ? html` open` : ''}>
<summary>Where to sign in</summary>
${field({
  name: 'loginUrl',
  inOptionalGroup: true,
  label: 'Login page',
  autocomplete: 'off',
  inputMode: 'url',
  placeholder: '/login',
  hint: 'Found by itself when left empty.',
  value: typed.loginUrl ?? '',
  problem: problems.loginUrl,
})}
${field({
  name: 'protectedUrl',
  inOptionalGroup: true,
  label: 'A page that needs the sign-in',
  autocomplete: 'off',
  inputMode: 'url',
  placeholder: '/account',
  hint: 'Found by itself when left empty.',
  value: typed.protectedUrl ?? '',
  problem: problems.protectedUrl,
})}
</details>
${waysInView(problems, typed, mayUseBrowser)}
</fieldset>`
}
