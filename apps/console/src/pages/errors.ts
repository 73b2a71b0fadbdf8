import { html } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { isSessionError, type SessionError } from 'latchkey'
import type { ConsoleContext } from '../context.ts'
import { isDatabaseError } from '../errors.ts'
import { send, takesFocus } from '../layout.ts'

interface ErrorText {
  readonly title: string
  readonly text: string
  /** Where signing in may help. */
  readonly signInAt?: string
}

const texts: Readonly<Record<number, ErrorText>> = {
  400: { title: 'Not understood', text: 'This request could not be read.' },
  401: { title: 'Signed out', text: 'Your session has ended. Sign in again to go on.' },
  403: {
    title: 'Refused',
    text: 'This request came from a page of another site, so nothing was done. Open the console and try again there.',
  },
  404: { title: 'Not found', text: 'There is nothing here, or it is not yours to see.' },
  409: { title: 'Changed meanwhile', text: 'Your session changed while this was under way. Try again.' },
  413: { title: 'Too large', text: 'This request holds more than the console accepts.' },
  421: { title: 'Wrong name', text: 'This console answers only to localhost.' },
  429: { title: 'Too many attempts', text: 'There were too many attempts. Wait a while, then try again.' },
  500: {
    title: 'Something went wrong',
    text: 'This is a fault in the console. It has been written to its log.',
  },
  503: {
    title: 'Not available right now',
    text: 'The console cannot reach its data at the moment, so nobody is let in. If you were changing something, look whether it was done before you do it again.',
  },
}

const outOfDate: ErrorText = {
  title: 'Out of date',
  text: 'You signed in again, or confirmed your password, after that page was opened, so nothing was done. Open it anew and try again.',
}

// A cookie of before the last sign-in, as after a crash of the browser. Nothing can be stored for it until it signs in.
const outdatedBrowser: ErrorText = {
  title: 'Out of date',
  text: 'The cookie that this browser sent is older than its last sign-in, so nothing was done. Go back and try again; if it says the same then, sign in.',
  signInAt: '/sign-in',
}

/** A page that says what is wrong and nothing of what was sent. */
export function sendError(
  c: ConsoleContext,
  status: ContentfulStatusCode,
  { title, text, signInAt }: ErrorText = texts[status] ?? { title: 'Something went wrong', text: '' },
): Promise<Response> {
  if (status === 503) c.header('retry-after', '1')
  const mayBeTheirs = status === 404 && c.var.session?.userId === null
  const signIn = mayBeTheirs ? `/sign-in?next=${encodeURIComponent(c.req.path)}` : signInAt
  return send(c, {
    title,
    status,
    narrow: true,
    body: html`<div class="oops"><p class="code">${status}</p><h1 ${takesFocus}>${title}</h1><p>${text}</p>
<p class="actions"><a class="button" href="/">Back to the start</a>${signIn ? html`<a class="button" href="${signIn}">Sign in</a>` : ''}</p></div>`,
  })
}

/** @param wait seconds until the next attempt may work */
export function sendTooMany(c: ConsoleContext, wait: number): Promise<Response> {
  c.header('retry-after', String(wait))
  return sendError(c, 429)
}

/** The page for an error that nothing else answered. */
export function sendFailure(c: ConsoleContext, error: unknown): Promise<Response> {
  return sendError(c, statusOf(error), isSessionError(error) ? textFor(c, error) : undefined)
}

function textFor(c: ConsoleContext, { code }: SessionError): ErrorText | undefined {
  if (code === 'csrf_token_invalid') return outOfDate
  const isVisitors = c.var.session?.userId === null
  return code === 'session_superseded' && isVisitors ? outdatedBrowser : undefined
}

export function statusOf(error: unknown): ContentfulStatusCode {
  if (isDatabaseError(error)) return 503
  return isSessionError(error) ? (error.status as ContentfulStatusCode) : 500
}
