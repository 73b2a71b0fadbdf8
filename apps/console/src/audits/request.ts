import { z } from 'zod'
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
  ...waysInForm,
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
}

/** The auditor's options for what was typed. With sign-in details it is an active audit, without a passive one. */
export function prepare(form: AuditForm, { allowPrivate, mayUseBrowser }: Allowed): Prepared {
  const isAllowed = (each: URL) => allowPrivate || isWebPort(each)
  const url = readAddress(form.url)
  if (typeof url === 'string') return { options: null, problems: { url } }
  if (!isAllowed(url)) {
    return { options: null, problems: { url: 'Only ports 80, 443 and those from 1024 are audited.' } }
  }
  const { username, password } = form
  if (username === '' && password === '' && form.recording.trim() === '') {
    return { options: { url: url.href, passive: true }, problems: null }
  }
  const problems: Record<string, string> = {}
  if (username === '' && password !== '') problems.username = 'Give the user name too.'
  if (password === '' && username !== '') problems.password = 'Give the password too.'
  const loginUrl = readPage(form.loginUrl, url, 'loginUrl', problems)
  const protectedUrl = readPage(form.protectedUrl, url, 'protectedUrl', problems)
  const waysIn = readWaysIn(form, { url, mayUseBrowser, isAllowed }, problems)
  if (waysIn.loginFormat !== 'form' && loginUrl === null) {
    problems.loginUrl ??= 'Give the address that takes the login.'
  }
  if (waysIn.protectedRequest && protectedUrl)
    problems.protectedRequest ??= 'Give a page or a request, not both.'
  if (Object.keys(problems).length > 0) return { options: null, problems }
  const account = username === '' ? {} : { username, password }
  const found = { ...(loginUrl && { loginUrl }), ...(protectedUrl && { protectedUrl }) }
  return { options: { url: url.href, passive: false, ...account, ...waysIn, ...found }, problems: null }
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

function readPage(text: string, site: URL, name: string, problems: Record<string, string>): string | null {
  if (text === '') return null
  const url = URL.canParse(text, site.href) ? new URL(text, site) : null
  if (url?.origin === site.origin && url.username === '' && url.password === '') return url.href
  problems[name] = `Write a page of ${site.origin}, such as ${site.origin}/login.`
  return null
}

function isWebPort({ port }: URL): boolean {
  return port === '' || port === '80' || port === '443' || Number(port) >= 1024
}
