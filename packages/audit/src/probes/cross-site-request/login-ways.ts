import type { LoginCsrfEvidence } from '../../evidence/login-csrf.ts'
import { fillLogin } from '../../login/form/fill-login.ts'
import { findLoginForm } from '../../login/form/find-form.ts'
import { credentialsBody } from '../../login/script/credentials.ts'
import { tokenOfPage } from '../../login/script/token.ts'
import type { RequestBody } from '../../network/body.ts'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import { elsewhere } from '../../network/cross-site/cross-site.ts'
import type { Foreign } from '../../network/cross-site/foreign.ts'
import type { Answer } from '../../network/http.ts'
import type { Page } from '../../network/pages/html.ts'
import { pageOf, type Visit } from '../../network/pages/navigate.ts'
import type { HttpRequest } from '../../network/request.ts'
import { ProbeError } from '../../options/errors.ts'
import { hasPlace } from '../../options/login-body.ts'
import type { AuditOptions } from '../../options/options.ts'
import type { ProbeContext } from '../context.ts'
import { mayBeToken, type Pair } from './known-fields.ts'

type Trial = LoginCsrfEvidence['trials'][number]
type Account = Pick<AuditOptions, 'username' | 'password'>

/** The login page, and the browser that opened it. */
export interface Opened extends Visit {
  readonly jar: BrowserJar
}

/** One way in which a page of another site can send somebody's credentials. */
export interface LoginWay extends Pick<Trial, 'how' | 'token'> {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly body?: RequestBody
  readonly foreign: Foreign
}

/** Why the login is none that a page of another site could send as it was found; null where it may be one. */
export function whyUntried({ signIn, options, http, gathered, carrier }: ProbeContext): string | null {
  if (carrier.carriers.every((name) => carrier.headers?.some((header) => header.name === name))) {
    return 'the session travels in a header, which a page of another site cannot make a browser keep'
  }
  const { method, passwordField } = signIn.evidence
  if (!/^(?:form|json|urlencoded)$/.test(method))
    return `a sign-in by ${NAMES[method] ?? method} was not tried from another site`
  if (!http.allows(signIn.action)) return 'the credentials go to another origin, which is not tried'
  if (passwordField === null) return 'the login takes two pages, which was not tried from another site'
  if (options.totpSecret !== undefined || hasPlace(options.loginBody, 'totp'))
    return 'the login wants a one-time code, which was not tried from another site'
  const after = gathered.signIn?.status === 'gathered' ? (gathered.signIn.value.confirmed ?? []) : []
  return after.length > 0
    ? 'after the password the login asks for more, which was not tried from another site'
    : null
}

const NAMES: Readonly<Record<string, string>> = {
  basic: 'HTTP Basic',
  recording: 'a recording',
  command: 'a command',
  browser: 'a browser',
}

/**
 * The ways, the likeliest to work first. Whoever makes the other site has a login page of his own, with what it gives
 * against forged requests; a form sends three content types and no header.
 * @param page the login page as another visitor sees it
 * @param account whose credentials are sent
 */
export async function formWays(context: ProbeContext, page: Visit, account: Account): Promise<LoginWay[]> {
  const foreign = elsewhere('document')
  const { found, submission } = await filled(context, page, account)
  const { url, method = 'POST', body } = submission
  const form = (token: Trial['token'], keep: (pair: Pair) => boolean): LoginWay => {
    if (method === 'GET') {
      const address = new URL(url)
      address.search = new URLSearchParams([...url.searchParams].filter(keep)).toString()
      return { how: 'a link', token, url: address, method, foreign }
    }
    const sent = body && { ...body, fields: body.fields.filter(keep) }
    return { how: 'a form', token, url, method: 'POST', ...(sent ? { body: sent } : {}), foreign }
  }
  const own = found.form.fields
    .filter(({ type }) => type === 'hidden')
    .map(({ name, value }): Pair => [name, value])
    .filter((pair) => mayBeToken(pair) || isOnlyHere(context, page, pair))
  const isOwn = ([name]: Pair) => own.some(([known]) => known === name)
  if (own.length > 0) return [form("another's", () => true), form('none', (pair) => !isOwn(pair))]
  return [form(page.page.csrf ? 'none' : 'no-need', () => true)]
}

/** What the page's own visitor sends by it. */
export async function ownWay(context: ProbeContext, page: Opened, account: Account): Promise<HttpRequest> {
  const { submission } = await filled(context, page, account)
  const { headers } = tokenOfPage(context.http, page)
  return { ...submission, headers, from: page.final.url, phase: 'login', jar: page.jar }
}

async function filled({ options }: ProbeContext, { page, final }: Visit, account: Account) {
  const found = findLoginForm(page, options)
  if (found === null) throw new ProbeError('the login form was not on its page when that was opened again')
  return { found, submission: await fillLogin(found, final.url, { ...options, ...account }, {}) }
}

/** Whether another visitor's page had another value there. */
function isOnlyHere({ http }: ProbeContext, { final }: Visit, [name, value]: Pair): boolean {
  return http.answers
    .filter(
      (answer) => answer !== final && answer.method === 'GET' && answer.url.pathname === final.url.pathname,
    )
    .flatMap((answer) => pageFields(answer))
    .some(([other, its]) => other === name && its !== value)
}

function pageFields(answer: Answer): Pair[] {
  const { forms }: Page = pageOf(answer)
  return forms.flatMap(({ fields }) => fields.map(({ name, value }): Pair => [name, value]))
}

/** The same where a script sends the credentials. */
export function scriptWays({ signIn, options }: ProbeContext): LoginWay[] {
  const foreign = elsewhere('document')
  const { usernameField, passwordField } = signIn.evidence
  const sent = credentialsBody(options, {
    usernameField: usernameField ?? 'username',
    passwordField: passwordField ?? 'password',
    password: options.password ?? '',
    totp: '',
    members: [],
  })
  const base = { token: 'no-need', url: signIn.action, method: 'POST', foreign } as const
  const form: LoginWay = { ...base, how: 'a form', body: { type: 'urlencoded', fields: sent.fields } }
  if (sent.type === 'urlencoded') return [form]
  const text: LoginWay = { ...base, how: 'a form whose text/plain is JSON', body: asPlainText(sent) }
  // With a token beside the credentials it is that which is looked at, and a server that is shown what is no JSON may end.
  return signIn.evidence.otherFields.length > 0 ? [text] : [text, form]
}

/** A form writes an equals sign, which a member of its own takes up. */
function asPlainText({ fields, written }: RequestBody): RequestBody {
  if (written === undefined) return { type: 'text', fields }
  const text = `${written.text.replace(/\}\s*$/, '')},"_":"="}\r\n`
  return { type: 'text', fields, written: { contentType: 'text/plain', text } }
}
