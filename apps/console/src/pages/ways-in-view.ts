import { html } from 'hono/html'
import { attributes, checkbox, field, labelled, type Problems, type Typed } from '../forms.ts'
import type { Html } from '../html.ts'

const formats = [
  ['form', 'A form, as browsers send it'],
  ['json', 'JSON'],
  ['urlencoded', 'Form fields, by a script'],
  ['jsonrpc', 'JSON-RPC'],
] as const
const names = ['recording', 'fields', 'headers', 'totpSecret', 'loginFormat', 'loginBody', 'loginOrigin']
const alsoNamed = ['protectedRequest', 'logoutRequest', 'browser']

/** What a person has to know about some logins. What may hold a secret does not come back. */
export function waysInView(problems: Problems, typed: Typed, mayUseBrowser: boolean): Html {
  const isUsed = [...names, ...alsoNamed].some(
    (name) => problems[name] || (typed[name] && typed[name] !== 'form'),
  )
  return html`<details${isUsed ? html` open` : ''}>
<summary>More ways to sign in</summary>
${labelled(
  {
    name: 'recording',
    label: 'A recorded login or session',
    inOptionalGroup: true,
    hint: 'A file: storageState of Playwright, HAR, curl command, or a recording of the Chrome DevTools Recorder. Name and password may then be left out.',
    problem: problems.recording,
  },
  (described) => html`<input id="recording" name="recording" type="file"${described}>`,
)}
${field({
  name: 'totpSecret',
  inOptionalGroup: true,
  label: 'Secret of the one-time codes',
  type: 'password',
  autocomplete: 'off',
  hint: 'What the QR code holds: letters and digits, or otpauth://…',
  problem: problems.totpSecret,
  maxLength: 1000,
})}
<div class="pair">
${lines({
  name: 'fields',
  label: 'Other fields of the login',
  placeholder: 'tenant=south',
  hint: 'One on each line.',
  problem: problems.fields,
})}
${lines({
  name: 'headers',
  label: 'Headers of every request',
  placeholder: 'X-Test: 1',
  hint: 'One on each line.',
  problem: problems.headers,
})}
</div>
${field({
  name: 'loginOrigin',
  inOptionalGroup: true,
  label: 'Origin of a single sign-on',
  autocomplete: 'off',
  inputMode: 'url',
  placeholder: 'https://login.example.com',
  hint: 'Contacted during logins and for nothing else.',
  value: typed.loginOrigin ?? '',
  problem: problems.loginOrigin,
})}
${labelled(
  {
    name: 'loginFormat',
    label: 'How the login is sent',
    inOptionalGroup: true,
    hint: 'Others than a form need the login’s address, above.',
    problem: problems.loginFormat,
  },
  (described) =>
    html`<select id="loginFormat" name="loginFormat"${described}>${formats.map(
      ([value, label]) =>
        html`<option value="${value}"${typed.loginFormat === value ? html` selected` : ''}>${label}</option>`,
    )}</select>`,
)}
${lines({
  name: 'loginBody',
  label: 'What is sent there',
  placeholder: '{"user":"{{username}}","pass":"{{password}}"}',
  hint: 'Where name and password as two members will not do. {{totp}} and {{token}} are filled in as well.',
  problem: problems.loginBody,
})}
<div class="pair">
${field({
  name: 'protectedRequest',
  inOptionalGroup: true,
  label: 'A signed-in request',
  autocomplete: 'off',
  placeholder: 'POST /api/me',
  hint: 'Sent often, so it must change nothing.',
  problem: problems.protectedRequest,
})}
${field({
  name: 'logoutRequest',
  inOptionalGroup: true,
  label: 'The sign-out request',
  autocomplete: 'off',
  placeholder: 'DELETE /session',
  hint: 'Found by itself when left empty.',
  problem: problems.logoutRequest,
})}
</div>
${
  mayUseBrowser
    ? checkbox({
        name: 'browser',
        label: 'Sign in with Chromium on this machine.',
        checked: typed.browser === 'yes',
        hint: 'For pages that only a script makes.',
        problem: problems.browser,
      })
    : ''
}
</details>`
}

/** Several lines, none of which comes back. */
function lines(options: {
  readonly name: string
  readonly label: string
  readonly placeholder: string
  readonly hint: string
  readonly problem: string | undefined
}): Html {
  const { name, placeholder } = options
  return labelled(
    { ...options, inOptionalGroup: true },
    (described) =>
      html`<textarea id="${name}" name="${name}" rows="2" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="10000"${attributes({ placeholder })}${described}></textarea>`,
  )
}
