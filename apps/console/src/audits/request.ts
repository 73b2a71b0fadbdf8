import type { Expectations } from '@latchkey/audit'
import { z } from 'zod'
import { alsoForm, readAlso } from './also.ts'
import { expectedForm, readExpected } from './expected.ts'
import { othersForm, readOthers } from './others.ts'
import type { RunOptions } from './runs.ts'
import { readWaysIn, waysInForm } from './ways-in.ts'

/** What the form asks for; the sign-in details are read from it and kept nowhere. */
export const auditForm = z.object({
  url: z
    .string('Give the address of a site.')
    .trim()
    .min(1, 'Give the address of a site.')
    .max(2000, 'This address is too long.'),
  permission: z.literal('yes', 'Confirm that you may audit this site.'),
  username: z.string().max(1000, 'This name is too long.').default(''),
  password: z.string().max(1000, 'This password is too long.').default(''),
  loginUrl: z.string().trim().max(2000, 'This address is too long.').default(''),
  protectedUrl: z.string().trim().max(2000, 'This address is too long.').default(''),
  logoutUrl: z.string().trim().max(2000, 'This address is too long.').default(''),
  reauthUrl: z.string().trim().max(2000, 'This address is too long.').default(''),
  insecure: z.literal('yes').optional(),
  ...waysInForm,
  ...othersForm,
  ...alsoForm,
  ...expectedForm,
})

export type AuditForm = z.infer<typeof auditForm>

export type Prepared =
  | { readonly options: RunOptions & { readonly passive: boolean }; readonly problems: null }
  | { readonly options: null; readonly problems: Readonly<Record<string, string>> }

/** What the console lets an audit do. */
export interface Allowed {
  /** Also the ports below 1024 that no web site uses. */
  readonly allowPrivate: boolean
  readonly mayUseBrowser: boolean
  /** Milliseconds an audit may take. */
  readonly auditTimeLimit: number
}

/**
 * The auditor's options for what was typed. With sign-in details it is an active audit, without a passive one.
 * @param declared what a declared policy says
 */
export function prepare(
  form: AuditForm,
  { allowPrivate, mayUseBrowser, auditTimeLimit }: Allowed,
  declared: Expectations = {},
): Prepared {
  const isAllowed = (each: URL) => allowPrivate || isWebPort(each)
  const url = readAddress(form.url)
  if (typeof url === 'string') return { options: null, problems: { url } }
  if (!isAllowed(url)) {
    return { options: null, problems: { url: 'Only ports 80, 443 and those from 1024 are audited.' } }
  }
  const { username, password } = form
  const certificate = form.insecure === 'yes' ? { insecure: true } : {}
  if (isWithoutSignIn(form)) {
    if (needsSignIn(form)) return { options: null, problems: { username: saySignIn } }
    return { options: { url: url.href, passive: true, ...certificate }, problems: null }
  }
  const problems: Record<string, string> = {}
  if (username === '' && password !== '') problems.username = 'Give the user name too.'
  if (password === '' && username !== '') problems.password = 'Give the password too.'
  const pages = {
    ...readPage(form, 'loginUrl', url, problems),
    ...readPage(form, 'protectedUrl', url, problems),
    ...readPage(form, 'logoutUrl', url, problems),
    ...readPage(form, 'reauthUrl', url, problems),
  }
  const waysIn = readWaysIn(form, { url, mayUseBrowser, isAllowed }, problems)
  if (waysIn.loginFormat !== 'form' && form.loginUrl === '') {
    problems.loginUrl ??= 'Give the address that takes the login.'
  }
  if (waysIn.protectedRequest && pages.protectedUrl)
    problems.protectedRequest ??= 'Give a page or a request, not both.'
  if (waysIn.logoutRequest && pages.logoutUrl)
    problems.logoutRequest ??= 'Give a page or a request, not both.'
  const others = readOthers(form, username, problems)
  const auditSeconds = auditTimeLimit / 1000
  const also = readAlso(form, { url, auditSeconds }, problems)
  const expected = readExpected(form, { declared, auditSeconds }, problems)
  if (Object.keys(problems).length > 0) return { options: null, problems }
  const account = username === '' ? {} : { username, password }
  const options = { ...account, ...waysIn, ...pages, ...others, ...also, ...expected, ...certificate }
  return { options: { url: url.href, passive: false, ...options }, problems: null }
}

function isWithoutSignIn({ username, password, recording, cookie }: AuditForm): boolean {
  return username === '' && password === '' && recording.trim() === '' && cookie === ''
}

const saySignIn =
  'What was given below is for an audit that signs in: give a name and a password, or another way to.'
const forVisitors: readonly string[] = ['url', 'permission', 'insecure']

/** Whether something was filled in that is of no use to an audit without a sign-in. */
function needsSignIn(form: AuditForm): boolean {
  const filled = Object.entries({ ...form, loginFormat: form.loginFormat === 'form' ? '' : form.loginFormat })
  return filled.some(([name, value]) => value && value.trim() !== '' && !forVisitors.includes(name))
}

/** An http or https URL, also from an address without a scheme; else what is wrong with it. */
function readAddress(text: string): URL | string {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
  const isLocal = /^(localhost|127\.|\[::1\])/i.test(text)
  const address = hasScheme ? text : `${isLocal ? 'http' : 'https'}://${text}`
  const url = URL.canParse(address) ? new URL(address) : null
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    return 'Write an http or https address, such as https://example.com/.'
  }
  if (url.username !== '' || url.password !== '') return 'Leave name and password out of the address.'
  url.hash = ''
  return url
}

/** The page by the option's name; nothing when the field is empty. */
function readPage<Name extends 'loginUrl' | 'protectedUrl' | 'logoutUrl' | 'reauthUrl'>(
  form: AuditForm,
  name: Name,
  site: URL,
  problems: Record<string, string>,
): { readonly [name in Name]?: string } {
  const text = form[name]
  if (text === '') return {}
  const url = URL.canParse(text, site.href) ? new URL(text, site) : null
  const isOfSite = url?.origin === site.origin && url.username === '' && url.password === ''
  if (isOfSite) return { [name]: url.href } as { readonly [name in Name]?: string }
  problems[name] = `Write a page of ${site.origin}, such as ${site.origin}/login.`
  return {}
}

function isWebPort({ port }: URL): boolean {
  return port === '' || port === '80' || port === '443' || Number(port) >= 1024
}
