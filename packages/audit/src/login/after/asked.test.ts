import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../network/http.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { askedAfterPassword } from './asked.ts'

const LOGIN = { action: new URL('http://site/login'), usernameField: 'email', passwordField: 'password' }

function asked(body: string, path = '/next', type = 'text/html', status = 200) {
  const final: Answer = {
    ...{
      exchange: 1,
      after: 0,
      phase: 'login',
      method: 'GET',
      url: new URL(path, 'http://site'),
      status,
      location: null,
    },
    ...{
      headers: { 'content-type': type },
      cookies: [],
      sentNames: [],
      body,
      charset: 'UTF-8',
      coding: null,
    },
  }
  return askedAfterPassword({ answers: [final], final, page: pageOf(final), leftTo: null }, LOGIN)
}

const OUT = '<form method=post action=/logout><button>Log out</button></form>'
const NAV = ['orders', 'invoices', 'messages', 'team', 'files', 'reports']
  .map((to) => `<a href="/${to}">${to}</a>`)
  .join('')

const NEEDED: readonly (readonly [kind: string, what: string, html: string])[] = [
  [
    'one-time-code',
    'a field that says so, with a way out beside it',
    `<h1>One more step</h1><form method=post><label>Code <input name=code inputmode=numeric autocomplete=one-time-code></label><button>Verify</button></form>${OUT}`,
  ],
  [
    'one-time-code',
    'a field that its label names',
    '<form method=post action=/verify><label for=t>Authenticator code</label><input id=t name=t type=text maxlength=6><button>Go</button></form>',
  ],
  [
    'one-time-code',
    'a hidden typed password for the code',
    '<h1>Two-factor authentication</h1><form method=post><input type=password name=otpCode><button>OK</button></form>',
  ],
  [
    'one-time-code',
    'a box for each digit',
    `<h1>Enter the verification code</h1><form method=post>${'123456'.replace(/\d/g, '<input name=d$& maxlength=1>')}<button>OK</button></form>`,
  ],
  [
    'one-time-code',
    'in German, beside links of every page',
    '<a href="/">Start</a><a href="/hilfe">Hilfe</a><h1>Bestätigungscode</h1><form method=post><input name=code><button>Weiter</button></form><a href="/impressum">Impressum</a>',
  ],
  [
    'one-time-code',
    'a code that goes into the address',
    '<h1>Weryfikacja</h1><form><input name=otp_code><button>Dalej</button></form>',
  ],
  [
    'new-password',
    'a password that has expired',
    `<h1>Your password has expired</h1><form method=post><input type=password name=old_password><input type=password name=new_password><input type=password name=new_password2><button>Change</button></form>${OUT}`,
  ],
  [
    'new-password',
    'a first one',
    '<p>You must change your password now.</p><form method=post><input type=password name=a autocomplete=new-password><button>Save</button></form>',
  ],
  [
    'choice',
    'a tenant from a list',
    '<h1>Choose your organisation</h1><form method=post><select name=tenant><option>North<option>South</select><button>Go</button></form>',
  ],
  [
    'choice',
    'a role by radio buttons',
    '<h1>Select a role</h1><form method=post><input type=radio name=role value=1><input type=radio name=role value=2><button>OK</button></form>',
  ],
  [
    'choice',
    'a workspace by links',
    '<h1>Pick a workspace</h1><a href="/w/12">North</a><a href="/w/15">South</a>',
  ],
]

for (const [kind, what, html] of NEEDED) {
  test(`something is needed: ${what}`, () => {
    const found = asked(html)
    assert.deepEqual([found?.kind, found?.confirm ?? null, found?.isCertain], [kind, null, true])
  })
}

const CONFIRMED: readonly (readonly [kind: string, what: string, html: string, sends: string])[] = [
  [
    'terms',
    'a box and a button, and no newsletter',
    '<h1>Terms of service</h1><form method=post action=/terms><input type=hidden name=csrf value=1><label><input type=checkbox name=agree value=yes> I accept the terms</label><label><input type=checkbox name=news>Send me news</label><button name=go value=1>Continue</button><button name=no>Decline</button></form>',
    'POST /terms csrf=1&agree=yes&go=1',
  ],
  [
    'terms',
    'a button alone',
    '<h1>Our privacy policy has changed</h1><form method=post action=/p><button>I agree</button></form>',
    'POST /p ',
  ],
  ['continue', 'a link', '<h1>News</h1><p>We have moved.</p><a href="/desk">Continue</a>', 'GET /desk '],
  [
    'continue',
    'a button to skip',
    '<h1>Add a phone?</h1><a href="/help">Help</a><form method=post action=/later><button name=skip>Not now</button></form>',
    'POST /later skip=',
  ],
  [
    'continue',
    'whether to stay signed in: no',
    '<h1>Stay signed in?</h1><form method=post action=/kmsi><button name=k value=1>Yes</button><button name=k value=0>No</button></form>',
    'POST /kmsi k=0',
  ],
  [
    'other-session',
    'to end a session elsewhere',
    '<h1>You are already signed in on another device</h1><form method=post action=/take><button name=end value=1>End the other session and continue</button></form><form method=post action=/logout><button>Cancel</button></form>',
    'POST /take end=1',
  ],
]

for (const [kind, what, html, sends] of CONFIRMED) {
  test(`it only has to be confirmed: ${what}`, () => {
    const found = asked(html)
    assert.equal(found?.kind, kind)
    const { method, url, body } = found?.confirm ?? {}
    const fields = new URLSearchParams((body?.fields ?? []).map(([name, value]) => [name, value]))
    assert.equal(`${method} ${url?.pathname} ${fields}`, sends)
  })
}

const ORDINARY: readonly (readonly [what: string, html: string])[] = [
  ['a search', `<h1>Home</h1><form action=/search><input name=q><button>Go</button></form>${OUT}`],
  ['a search by POST', `<form method=post action=/search><input name=code><button>Search</button></form>`],
  [
    'a newsletter',
    `<form method=post action=/news><input type=email name=mail><button>Subscribe</button></form>${NAV}`,
  ],
  [
    'a comment',
    `<form method=post action=/c><textarea name=text></textarea><button>Send</button></form>${OUT}`,
  ],
  [
    'a voucher',
    `<h1>Hello</h1><form method=post action=/v><input name=coupon_code><button>Apply</button></form>${OUT}`,
  ],
  [
    'a code to join a class',
    `<form method=post action=/join><input name=code placeholder="Class code"><button>Join</button></form>`,
  ],
  [
    'a profile with the own password',
    `<h1>Profile</h1>${NAV}<form method=post action=/name><input name=name value=Alice><button>Save</button></form><form method=post action=/pw><h2>Change your password</h2><input type=password name=old><input type=password name=new><button>Change</button></form>${OUT}`,
  ],
  [
    'a cookie notice',
    `<form method=post action=/c><p>We use cookies.</p><button>Accept</button></form><a href="/p">Privacy policy</a>${NAV}`,
  ],
  ['going on shopping', `<h1>Welcome back</h1><a href="/shop">Continue shopping</a>`],
  [
    'a link on where somebody can sign out',
    `<h1>Done</h1><a href="/x">Continue</a><a href="/logout">Sign out</a>`,
  ],
  ['another’s sign-in', `<a href="/oauth">Continue with Example</a>`],
  [
    'a choice of language',
    `<form method=post action=/language><select name=l><option>de<option>en</select><button>Choose</button></form>`,
  ],
  [
    'a dashboard that filters by team',
    `<h1>Dashboard</h1>${NAV}<form method=post action=/f><select name=team><option>A<option>B</select><button>Select</button></form>${OUT}`,
  ],
  ['several own accounts', `<h1>Your accounts</h1><a href="/a/1">Giro</a><a href="/a/2">Savings</a>${OUT}`],
  [
    'ending other sessions, where somebody is in',
    `<h1>Mine</h1><form method=post action=/others><button>Log out of all other devices</button></form>${OUT}`,
  ],
  ['a page that says little', '<h1>Mine</h1>'],
  ['a delete button', `<form method=post action=/delete><button>Continue to delete</button></form>`],
]

for (const [what, html] of ORDINARY) {
  test(`an ordinary page: ${what}`, () => assert.equal(asked(html), null))
}

test('the login form that came back asks nothing more', () => {
  assert.equal(
    asked('<form method=post action=/login><input name=email><input type=password name=password></form>'),
    null,
  )
})

test('a code or a new password on a page with much else is not certain', () => {
  const code = `${NAV}<form method=post><input name=otp><button>Verify</button></form>`
  const password = `${NAV}<h1>Change your password</h1><form method=post><input type=password name=new_password><button>OK</button></form>`
  assert.deepEqual([asked(code)?.isCertain, asked(password)?.isCertain], [false, false])
})

test('a script is told what is wanted, and not what the account has', () => {
  const json = (data: unknown) => asked(JSON.stringify(data), '/api', 'application/json')?.kind ?? null
  assert.equal(json({ mfa_required: true }), 'one-time-code')
  assert.equal(json({ data: { status: 'TWO_FACTOR_REQUIRED' } }), 'one-time-code')
  assert.equal(json({ mfaToken: 'abcdefabcdef' }), 'one-time-code')
  assert.equal(json({ mustChangePassword: true }), 'new-password')
  assert.equal(json({ user: { two_factor_enabled: true }, two_factor_enabled: true }), null)
  assert.equal(json({ mfa_required: false, token: 'abc' }), null)
})
