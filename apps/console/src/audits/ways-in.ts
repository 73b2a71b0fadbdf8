import { AuditError, type AuditOptions, readRecording } from '@latchkey/audit'
import { z } from 'zod'
import { isRequest } from './named-request.ts'
import { text } from './text.ts'

const name = text(200).transform((value) => value.trim())

/** What a person has to know about some logins, as the form has it. */
export const waysInForm = {
  recording: text(4 * 1024 * 1024),
  cookie: text(10_000).transform((value) => value.trim()),
  totpSecret: text(1000),
  fields: text(10_000),
  headers: text(10_000),
  loginOrigin: text(2000).transform((value) => value.trim()),
  loginFormat: z.enum(['form', 'json', 'urlencoded', 'jsonrpc']).default('form'),
  loginBody: text(10_000),
  protectedRequest: text(10_000),
  logoutRequest: text(10_000),
  browser: z.literal('yes').optional(),
  ...{ usernameField: name, passwordField: name, tokenHeader: name, tokenScheme: name },
}

export type WaysInForm = z.infer<z.ZodObject<typeof waysInForm>>
type Named = 'usernameField' | 'passwordField' | 'tokenHeader' | 'tokenScheme'
type WaysIn = Pick<
  AuditOptions,
  | 'loginFrom'
  | 'cookie'
  | 'totpSecret'
  | 'fields'
  | 'headers'
  | 'loginOrigins'
  | 'loginBody'
  | 'protectedRequest'
  | 'logoutRequest'
  | 'browser'
  | Named
> & { readonly loginFormat: AuditOptions['loginFormat'] & string }

/** The auditor's options for it; what cannot be used is said in `problems`, and never repeats what was typed. */
export function readWaysIn(
  form: WaysInForm,
  { url, mayUseBrowser, isAllowed }: { url: URL; mayUseBrowser: boolean; isAllowed: (url: URL) => boolean },
  problems: Record<string, string>,
): WaysIn {
  const { loginFormat, loginBody, totpSecret } = form
  const fields = linesOf(form.fields, '=')
  if (fields === null) problems.fields = 'Write each as NAME=VALUE, such as tenant=south.'
  const headers = linesOf(form.headers, ':')
  if (headers === null) problems.headers = 'Write each as NAME: VALUE, such as X-Test: 1.'
  if (Object.keys(headers ?? {}).some(isOwnHeader)) {
    problems.headers = 'Cookie, User-Agent, Origin and those of the connection cannot be set.'
  }
  if (totpSecret !== '' && !/^(?:[A-Za-z2-7\s-]+=*\s*|otpauth:\/\/totp\/.+)$/.test(totpSecret)) {
    problems.totpSecret = 'Give the secret in letters and the digits 2 to 7, or the otpauth:// address.'
  }
  const origin = originOf(form.loginOrigin, url)
  if (origin === null || !isAllowed(new URL(origin || url))) {
    problems.loginOrigin = 'Write another origin without a path, such as https://login.example.com.'
  }
  if (loginBody !== '' && !loginBody.includes('{{password}}')) {
    problems.loginBody = 'Write {{password}} where the password goes.'
  }
  if (loginFormat === 'jsonrpc' && loginBody === '')
    problems.loginBody = 'Only the site knows the method: give it.'
  if (loginFormat === 'form' && loginBody !== '') problems.loginFormat = 'Choose how this is sent.'
  for (const name of ['protectedRequest', 'logoutRequest'] as const) {
    if (form[name] !== '' && !isRequest(form[name]))
      problems[name] = 'Write a method and a path, such as DELETE /session.'
  }
  const loginFrom = recordingOf(form.recording, problems)
  const { cookie } = form
  if (cookie !== '' && !/^[^\s=;]+=[^\r\n]*$/.test(cookie))
    problems.cookie = 'Write NAME=VALUE; others after a semicolon.'
  if (cookie !== '' && loginFrom) problems.cookie = 'Give a recording or a cookie, not both.'
  const isPlayed = loginFrom?.kind === 'steps'
  if (isPlayed && !mayUseBrowser) {
    problems.recording = 'This recording is played in a browser, and this console starts none.'
  }
  const inBrowser = mayUseBrowser && (isPlayed || form.browser === 'yes')
  return {
    loginFormat,
    ...(loginFrom && { loginFrom }),
    ...(cookie !== '' && { cookie }),
    ...(totpSecret !== '' && { totpSecret }),
    ...(fields && Object.keys(fields).length > 0 && { fields }),
    ...(headers && Object.keys(headers).length > 0 && { headers }),
    ...(origin && { loginOrigins: [origin] }),
    ...(loginBody !== '' && { loginBody }),
    ...(form.protectedRequest !== '' && { protectedRequest: form.protectedRequest }),
    ...(form.logoutRequest !== '' && { logoutRequest: form.logoutRequest }),
    ...(inBrowser && { browser: true }),
    ...readNames(form, fields ?? {}, problems),
  }
}

/** What the site calls its fields and its token, where that cannot be found out. */
function readNames(
  form: WaysInForm,
  fields: Readonly<Record<string, string>>,
  problems: Record<string, string>,
): Pick<AuditOptions, Named> {
  const { usernameField, passwordField, tokenHeader, tokenScheme } = form
  for (const named of ['usernameField', 'passwordField'] as const) {
    if (Object.hasOwn(fields, form[named])) problems[named] = 'This is among the other fields as well.'
  }
  for (const named of ['tokenHeader', 'tokenScheme'] as const) {
    if (form[named] !== '' && !isToken(form[named])) problems[named] = 'Write one word.'
  }
  return {
    ...(usernameField !== '' && { usernameField }),
    ...(passwordField !== '' && { passwordField }),
    ...(tokenHeader !== '' && { tokenHeader }),
    ...(tokenScheme !== '' && { tokenScheme }),
  }
}

/** RFC 9110, 5.6.2. */
function isToken(typed: string): boolean {
  return /^[!#$%&'*+.^_`|~\w-]+$/.test(typed)
}

/** Lines of a name and a value; null when one is none. */
function linesOf(typed: string, between: '=' | ':'): Record<string, string> | null {
  const pairs: [string, string][] = []
  for (const line of typed.split(/\r?\n/).filter((each) => each.trim() !== '')) {
    const at = line.indexOf(between)
    const name = line.slice(0, at).trim()
    if (at <= 0 || (between === ':' && !isToken(name))) return null
    pairs.push([name, between === ':' ? line.slice(at + 1).trim() : line.slice(at + 1)])
  }
  return Object.fromEntries(pairs)
}

function isOwnHeader(name: string): boolean {
  return /^(?:cookie|user-agent|host|connection|content-.*|transfer-encoding|te|upgrade|expect|accept-encoding|origin|referer|sec-.*)$/i.test(
    name,
  )
}

/** Empty when none was given; null for what is none, or is the site's own. */
function originOf(typed: string, site: URL): string | null {
  if (typed === '') return ''
  const url = URL.parse(typed)
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === ''
  return isOrigin && url.username === '' && url.password === '' && url.origin !== site.origin
    ? url.origin
    : null
}

function recordingOf(content: string, problems: Record<string, string>): AuditOptions['loginFrom'] {
  if (content.trim() === '') return undefined
  try {
    return readRecording(content)
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    problems.recording =
      'This is no storageState of Playwright, HAR, curl command or recording of the DevTools Recorder that can be read.'
    return undefined
  }
}
