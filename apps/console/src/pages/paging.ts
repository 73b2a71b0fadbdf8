import { html } from 'hono/html'
import type { SessionSummary } from 'latchkey'
import { z } from 'zod'
import type { SessionData } from '../context.ts'
import type { Html } from '../html.ts'

/** Sessions on one page: as many as a user may have, so that there are more pages only where more were there before. */
export const perPage = 20

/** What the button beside a session sends: which one, and the page to come back to. */
export const sessionForm = z.object({
  sid: z.string().max(64),
  page: z
    .string()
    .max(9)
    .regex(/^[1-9]\d*$/)
    .catch('1'),
})

/** A part of a list. */
export interface Shown<T> {
  readonly items: readonly T[]
  /** From 1; the last one for a number beyond. */
  readonly page: number
  readonly pages: number
  readonly total: number
}

/** @param asked the number of the page as the address or a form has it */
export function pageOf<T>(all: readonly T[], asked: string | undefined): Shown<T> {
  const pages = Math.max(1, Math.ceil(all.length / perPage))
  const wanted = /^[1-9]\d{0,8}$/.test(asked ?? '') ? Number(asked) : 1
  const page = Math.min(wanted, pages)
  return { items: all.slice((page - 1) * perPage, page * perPage), page, pages, total: all.length }
}

type Listed = SessionSummary<SessionData>

/**
 * The order of pages: the last sign-in first. It stays the same while sessions are in use, so that nobody who goes from
 * page to page is shown one twice, or misses one.
 * @param own the session of this request, which comes before all
 */
export function inOrder(sessions: readonly Listed[], own: string | null): readonly Listed[] {
  const signedInAt = ({ authenticatedAt, createdAt }: Listed) => authenticatedAt ?? createdAt
  const ordered = sessions
    .map((session) => ({ session, at: signedInAt(session), sid: session.sid }))
    .sort((a, b) => b.at - a.at || (a.sid < b.sid ? -1 : 1))
    .map(({ session }) => session)
  const at = ordered.findIndex(({ sid }) => sid === own)
  return at <= 0 ? ordered : [...ordered.splice(at, 1), ...ordered]
}

/**
 * The way to the other pages, for above the list, so that the keyboard need not go through all of it; nothing when there
 * is one page.
 */
export function pageLinks(shown: Shown<unknown>, path: string): Html | '' {
  const { page, pages, total } = shown
  if (pages === 1) return ''
  return html`<nav class="paging" aria-label="Pages"><p class="meta">Page ${page.toLocaleString('en')} of ${pages.toLocaleString('en')}, ${total.toLocaleString('en')} sessions, the last sign-in first.</p>
<div class="actions">${steps(shown, path)}${pages > 3 ? jump(path) : ''}</div></nav>`
}

/** The same for where the list ends. */
export function pageLinksBelow(shown: Shown<unknown>, path: string): Html | '' {
  if (shown.pages === 1) return ''
  return html`<nav class="paging" aria-label="Pages, after the list"><div class="actions">${steps(shown, path)}</div></nav>`
}

function steps({ page, pages }: Shown<unknown>, path: string): Html {
  const to = (number: number, label: string) =>
    html`<a class="button" href="${pagePath(path, number)}">${label}</a>`
  return html`${page > 2 ? to(1, 'First') : ''}${page > 1 ? to(page - 1, 'Previous') : ''}${page < pages ? to(page + 1, 'Next') : ''}${page < pages - 1 ? to(pages, 'Last') : ''}`
}

function jump(path: string): Html {
  return html`<form class="jump" action="${path}"><label for="page">Page</label>
<input id="page" name="page" inputmode="numeric" autocomplete="off" maxlength="9" required><button class="button">Go</button></form>`
}

/** Where a page is. */
export function pagePath(path: string, page: number): string {
  return page === 1 ? path : `${path}?page=${page}`
}
