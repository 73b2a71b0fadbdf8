import type { Session } from 'latchkey'
import type { ExampleData } from './accounts.ts'

/** Pages that show a session must not be kept by any cache (ASVS 14.3.2). */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
} as const

export function homePage({ userId }: Pick<Session, 'userId'>): string {
  return page(
    'Latchkey example',
    userId ? '<a href="/account">Your account</a>' : '<a href="/login">Sign in</a>',
  )
}

export function loginPage(message = ''): string {
  return page(
    'Sign in',
    `<p role="alert">${escapeHtml(message)}</p>
    <form method="post" action="/login">
      <label>User name <input name="username" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Sign in</button>
    </form>`,
  )
}

export function accountPage(session: Session<ExampleData>): string {
  return page(
    'Your account',
    `<p>Signed in as ${escapeHtml(session.userId ?? '')}, role ${session.get('role') ?? 'user'}.</p>
    <form method="post" action="/note">
      <label>A note kept in the session <input name="note" value="${escapeHtml(session.get('note') ?? '')}"></label>
      <button>Keep</button>
    </form>
    <form method="post" action="/become-admin"><button>Become an administrator</button></form>
    <form method="post" action="/logout"><button>Sign out</button></form>`,
  )
}

/** An account without anything to change. */
export function bareAccountPage({ userId }: Pick<Session, 'userId'>): string {
  return page(
    'Your account',
    `<p>Signed in as ${escapeHtml(userId ?? '')}.</p>
    <form method="post" action="/logout"><button>Sign out</button></form>`,
  )
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><main><h1>${title}</h1>${body}</main></html>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
