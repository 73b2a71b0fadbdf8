import { html } from 'hono/html'
import { labels } from '../audits/labels.ts'
import { choice, folded, lines, upload } from '../fields.ts'
import { checkbox, field, type Problems, type Typed } from '../forms.ts'
import type { Html } from '../html.ts'

const formats = [
  ['form', 'A form, as browsers send it'],
  ['json', 'JSON'],
  ['urlencoded', 'Form fields, by a script'],
  ['jsonrpc', 'JSON-RPC'],
] as const
const names = ['recording', 'cookie', 'fields', 'headers', 'totpSecret', 'loginFormat', 'loginBody']
const alsoNamed = ['loginOrigin', 'protectedRequest', 'logoutRequest', 'browser']
const siteNames = [
  ['usernameField', 'email'],
  ['passwordField', 'pass'],
  ['tokenHeader', 'X-Auth-Token'],
  ['tokenScheme', 'Bearer'],
] as const

/** What a person has to know about some logins. What may hold a secret does not come back. */
export function waysInView(problems: Problems, typed: Typed, mayUseBrowser: boolean): Html {
  const isUsed = [...names, ...alsoNamed, ...siteNames.map(([name]) => name)].some(
    (name) => problems[name] || (typed[name] && typed[name] !== 'form'),
  )
  return folded(
    'More ways to sign in',
    isUsed,
    html`${upload({
      name: 'recording',
      label: labels.recording,
      hint: 'A file: storageState of Playwright, HAR, curl command, or a recording of the Chrome DevTools Recorder. Name and password may then be left out.',
      problem: problems.recording,
    })}
${secret({
  name: 'cookie',
  label: labels.cookie,
  hint: 'As a browser that is signed in sends it: name=value. Name and password may then be left out.',
  problem: problems.cookie,
})}
${secret({
  name: 'totpSecret',
  label: labels.totpSecret,
  hint: 'What the QR code holds: letters and digits, or otpauth://…',
  problem: problems.totpSecret,
})}
<div class="pair">
${lines({
  name: 'fields',
  label: labels.fields,
  placeholder: 'tenant=south',
  hint: 'One on each line.',
  problem: problems.fields,
})}
${lines({
  name: 'headers',
  label: labels.headers,
  placeholder: 'X-Test: 1',
  hint: 'One on each line.',
  problem: problems.headers,
})}
</div>
${field({
  name: 'loginOrigin',
  inOptionalGroup: true,
  label: labels.loginOrigin,
  autocomplete: 'off',
  inputMode: 'url',
  placeholder: 'https://login.example.com',
  hint: 'Contacted during logins and for nothing else.',
  value: typed.loginOrigin ?? '',
  problem: problems.loginOrigin,
})}
${bySending(problems, typed)}
${bySiteNames(problems, typed)}
${
  mayUseBrowser
    ? checkbox({
        name: 'browser',
        label: `${labels.browser}.`,
        checked: typed.browser === 'yes',
        hint: 'For pages that only a script makes.',
        problem: problems.browser,
      })
    : ''
}`,
  )
}

function bySending(problems: Problems, typed: Typed): Html {
  return html`${choice({
    name: 'loginFormat',
    label: labels.loginFormat,
    values: formats,
    chosen: typed.loginFormat,
    hint: 'Others than a form need the login’s address, above.',
    problem: problems.loginFormat,
  })}
${lines({
  name: 'loginBody',
  label: labels.loginBody,
  placeholder: '{"user":"{{username}}","pass":"{{password}}"}',
  hint: 'Where name and password as two members will not do. {{totp}} and {{token}} are filled in as well.',
  problem: problems.loginBody,
})}
<div class="pair">
${field({
  name: 'protectedRequest',
  inOptionalGroup: true,
  label: labels.protectedRequest,
  autocomplete: 'off',
  placeholder: 'POST /api/me',
  hint: 'Sent often, so it must change nothing.',
  problem: problems.protectedRequest,
})}
${field({
  name: 'logoutRequest',
  inOptionalGroup: true,
  label: labels.logoutRequest,
  autocomplete: 'off',
  placeholder: 'DELETE /session',
  hint: 'Found by itself when left empty.',
  problem: problems.logoutRequest,
})}
</div>`
}

function bySiteNames(problems: Problems, typed: Typed): Html {
  return html`<p class="hint">How the site calls what goes along with a login. Found by itself what is left empty.</p>
<div class="pair">${siteNames.map(([name, placeholder]) =>
    field({
      name,
      inOptionalGroup: true,
      label: labels[name],
      autocomplete: 'off',
      placeholder,
      value: typed[name] ?? '',
      problem: problems[name],
      maxLength: 200,
    }),
  )}</div>`
}

function secret(options: {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly problem: string | undefined
}): Html {
  return field({
    ...options,
    inOptionalGroup: true,
    type: 'password',
    autocomplete: 'off',
    maxLength: 10_000,
  })
}
