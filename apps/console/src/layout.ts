import { html, raw } from 'hono/html'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { assetUrl } from './assets.ts'
import type { ConsoleContext } from './context.ts'
import type { Html } from './html.ts'
import { csrfField } from './security/csrf.ts'

export interface Page {
  readonly title: string
  readonly body: Html
  readonly status?: ContentfulStatusCode
  /** More for the head of the document. */
  readonly head?: Html
  /** A narrow column, for forms. */
  readonly narrow?: boolean
  /** Which link of the header it belongs to; by default the one with its path. */
  readonly under?: string
}

/** Sends a page: the frame around every answer, with what is known of the visitor. */
export async function send(c: ConsoleContext, page: Page): Promise<Response> {
  const path = page.under ?? c.req.path
  const links = c.var.session?.userId ? userLinks(c, path) : visitorLinks(path)
  return c.html(await frame(page, links), page.status ?? 200)
}

function frame({ title, body, head, narrow }: Page, links: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Latchkey</title>
<link rel="icon" href="${assetUrl('logo.svg')}" type="image/svg+xml">
<link rel="stylesheet" href="${assetUrl('console.css')}">
${head}
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<div class="bar">
<a class="brand" href="/"><img src="${assetUrl('logo.svg')}" alt="" width="28" height="28"> Latchkey</a>
<nav class="links" aria-label="Main">${links}</nav>
</div>
</header>
<main id="main" class="${narrow ? 'page narrow' : 'page'}" tabindex="-1">
${body}
</main>
<footer class="foot">
<p>Latchkey Console. Audit only sites that are yours, or whose owner agreed.</p>
</footer>
</body>
</html>
`
}

function visitorLinks(path: string): Html {
  return html`<ul><li>${link('/sign-in', 'Sign in', path)}</li><li>${link('/sign-up', 'Sign up', path)}</li></ul>`
}

function userLinks(c: ConsoleContext, path: string): Html {
  const name = c.var.user?.name ?? c.var.session.get('name') ?? 'Account'
  return html`<ul>
<li>${link('/audits/new', 'New audit', path)}</li>
<li>${link('/audits', 'History', path)}</li>
<li>${link('/devices', 'Devices', path)}</li>
${c.var.isAdmin === true ? html`<li>${link('/admin', 'Admin', path)}</li>` : ''}
</ul>
<ul>
<li>${link('/account', name, path, 'account')}</li>
<li><form method="post" action="/sign-out">${csrfField(c)}<button class="quiet">Sign out</button></form></li>
</ul>`
}

function link(href: string, label: string, path: string, kind?: string): Html {
  const current = href === path ? html` aria-current="page"` : ''
  const title = kind === 'account' ? html` class="name" title="Your account"` : ''
  return html`<a href="${href}"${current}${title}>${label}</a>`
}

export type NoticeKind = 'good' | 'bad' | 'info'

/**
 * For what a page begins with after something was done. A page that was loaded is read from its top, and what is on it
 * already is no news to a live region; by this the keyboard goes on from here, and it is read out. It takes no script.
 */
export const takesFocus = raw('tabindex="-1" autofocus')

/** A short message above the content. */
export function notice(kind: NoticeKind, text: string | Html | null): Html | null {
  return text === null ? null : html`<div class="notice ${kind}">${text}</div>`
}

/** What came of what was just done: the focus is there. One at most on a page. */
export function announced(kind: NoticeKind, text: string | Html | null): Html | null {
  if (text === null) return null
  return html`<div class="notice ${kind}" role="${kind === 'bad' ? 'alert' : 'status'}" ${takesFocus}>${text}</div>`
}
