import { MOST_SESSIONS } from '../../options/expectations.ts'
import { LOGIN_FORMATS } from '../../options/login-body.ts'
import type { Grants } from '../grants.ts'
import { CHANGES, type TargetInput } from './input.ts'

/** One property of a JSON Schema. */
export type Property = Readonly<Record<string, unknown>>

const text = (description: string): Property => ({ type: 'string', description })
const flag = (description: string): Property => ({ type: 'boolean', description })
const texts = (description: string): Property => ({
  type: 'object',
  additionalProperties: { type: 'string' },
  description,
})
const list = (description: string): Property => ({ type: 'array', items: { type: 'string' }, description })
const count = (description: string, most?: number): Property => ({
  type: 'integer',
  minimum: 1,
  ...(most === undefined ? {} : { maximum: most }),
  description,
})

/** What every tool that looks at a site may be told of it. */
export function siteProperties(grants: Grants): Record<string, Property> {
  const allowed =
    grants.origins.length === 0
      ? 'any origin of this machine, with passive only'
      : `allowed origins: ${grants.origins.join(', ')}`
  return withGranted(grants, {
    url: text(`Where the site starts (${allowed}).`),
    username: text('Account to sign in with, made for testing.'),
    password: secret('Its password', grants),
    cookie: secret('A Cookie header of a session, instead of an account', grants),
    loginFrom: secret('A storage state, HAR, curl command or recording to sign in by', grants),
    totpSecret: secret('What makes the one-time codes of the account', grants),
    loginUrl: text('Page with the login form, or endpoint of a JSON login (found when left out).'),
    loginFormat: {
      enum: LOGIN_FORMATS,
      description: 'How credentials are sent; default form. The others go to loginUrl.',
    },
    loginBody: text('What is sent there, with {{username}} and {{password}} in it.'),
    usernameField: text('Name of that field, where it cannot be told.'),
    passwordField: text('Name of that field, where it cannot be told.'),
    fields: texts('Other fields of the login, by name; a value may be secret:NAME.'),
    headers: texts('Headers of every request, as a gate in front wants them; a value may be secret:NAME.'),
    loginOrigins: list(`Single sign-ons contacted in a login: ${grants.loginOrigins.join(', ')}.`),
    tokenHeader: text('Header of the token of a JSON login (found when left out).'),
    tokenScheme: text('Word in front of that token, such as Bearer.'),
    browser: flag('true: sign in with an installed Chromium; false: never. Default: where nothing else can.'),
    protectedUrl: text('A page that only a signed-in user sees (found when left out).'),
    protectedRequest: text(
      'What only a signed-in user is answered, "POST /path BODY"; sent often, changes nothing.',
    ),
    maxRequests: count('Requests in all; default 300.', grants.maxRequests),
    maxLogins: count('Logins in all; default 20.', grants.maxLogins),
    timeLimit: count('Seconds in all; what is not done by then is undecided.', grants.timeLimit),
    timeout: count('Milliseconds one request may take; default 10000.'),
    maxWait: {
      type: 'integer',
      minimum: 0,
      description: 'Seconds to wait in all on 429 and 503; default 120.',
    },
  })
}

/** What only an audit, and what would be done in one, may be told. */
export function auditProperties(grants: Grants): Record<string, Property> {
  return withGranted(grants, {
    passive: flag('Do not sign in: judge what a visitor gets, in at most 15 requests.'),
    logoutUrl: text('Where to log out (found when left out).'),
    logoutRequest: text('How to log out, as "DELETE /session" or "POST /path BODY".'),
    logoutEverywhere: flag(
      'Sign out everywhere, where a page has a button for it; ends the account’s sessions elsewhere too.',
    ),
    logoutEverywhereUrl: text('The same by this address, where no page has a button.'),
    logoutEverywhereRequest: text('The same, as "POST /path BODY".'),
    streams: list('Event streams and WebSockets (ws:, wss:) of a signed-in user (found when left out).'),
    streamWait: count('Seconds that such a stream may be silent; default 5.'),
    reauthUrl: text('Page that asks a signed-in user for the password again.'),
    expectSessions: count('Most sessions a user may have at a time, by the site’s policy.', 10),
    expect: EXPECT,
    idSamples: {
      type: 'integer',
      minimum: 8,
      maximum: 1000,
      description: 'Session IDs to collect as a visitor; more show more random bits; default 8.',
    },
    secondUsername: text('Another account, to see what its session opens of the first one’s.'),
    secondPassword: secret('Its password', grants),
    puzzle: flag(
      'Send the forms beside the login that ask for a user name and no password; they may send mail.',
    ),
    puzzleRequests: list(
      'What a visitor may send before a login, as "POST /forgot user={{username}}"; may send mail.',
    ),
    changePassword: flag(
      'Change the account’s password to see which sessions that ends, and change it back.',
    ),
    changePasswordUrl: text('Page with that form, or endpoint that takes JSON.'),
    currentPasswordField: text('Name of its field for the password there is.'),
    newPasswordField: text('Name of its field for the new one.'),
    confirmPasswordField: text('Name of its field for the new one again.'),
    action: ACTION,
  })
}

const fieldsOfAction = {
  type: 'object',
  additionalProperties: { type: ['string', 'null'] },
  description: 'Fields by name; null leaves one out.',
}

const seconds: Property = { type: 'integer', minimum: 1 }

const EXPECT: Property = {
  type: 'object',
  description: 'What the site is held to, as declared for it; a site that differs fails. Times in seconds.',
  properties: {
    sameSite: { enum: ['Strict', 'Lax', 'None'] },
    cookiePrefix: { enum: ['__Host-', '__Secure-'] },
    cookieName: { type: 'string', minLength: 1 },
    cookieLifetime: { type: 'integer', minimum: 0, description: '0: until the browser is closed.' },
    concurrentSessions: { type: 'integer', minimum: 1, maximum: MOST_SESSIONS },
    idleTimeout: { ...seconds, description: 'Waited for where that fits into timeLimit.' },
    absoluteTimeout: seconds,
    tokenLifetime: seconds,
  },
  additionalProperties: false,
}

const ACTION: Property = {
  type: 'object',
  description: 'One change that can be undone, to see whether another site can make it.',
  properties: {
    method: { enum: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] },
    url: { type: 'string' },
    format: { enum: ['form', 'json'] },
    change: fieldsOfAction,
    undo: fieldsOfAction,
    readUrl: { type: 'string', description: 'The page, or the endpoint, that shows the value.' },
    find: { type: 'string', description: 'Where it is: field:NAME, json:a.b or match:PATTERN with a group.' },
    formUrl: { type: 'string' },
  },
  required: ['url', 'change', 'undo', 'readUrl', 'find'],
  additionalProperties: false,
}

/** The names are no secret; what is behind them is. */
function secret(what: string, { secrets }: Grants): Property {
  const names = [...new Set(secrets.map(({ name }) => `secret:${name}`))]
  return { type: 'string', description: `${what}, by name: ${names.join(', ')}. Never the secret itself.` }
}

/** Leaves out what this server refuses: an agent need not read of it. */
function withGranted(
  grants: Grants,
  properties: Partial<Record<keyof TargetInput, Property>>,
): Record<string, Property> {
  const hidden: (keyof TargetInput)[] = [
    ...(grants.changes ? [] : CHANGES),
    ...(grants.loginOrigins.length > 0 ? [] : (['loginOrigins'] as const)),
    ...(grants.browser ? [] : (['browser'] as const)),
    ...(grants.secrets.length > 0 ? [] : SIGN_IN),
  ]
  const shown = Object.entries(properties).filter(([name]) => !hidden.includes(name as keyof TargetInput))
  return Object.fromEntries(shown)
}

/** Of use only with a secret. */
const SIGN_IN = [
  'username',
  'password',
  'cookie',
  'loginFrom',
  'totpSecret',
  'loginUrl',
  'loginFormat',
  'loginBody',
  'usernameField',
  'passwordField',
  'fields',
  'tokenHeader',
  'tokenScheme',
  'protectedUrl',
  'maxLogins',
  'expectSessions',
  'secondUsername',
  'secondPassword',
  'streams',
  'streamWait',
] as const
