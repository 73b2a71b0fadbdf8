/** Of an account, as the API tells it. */
export interface Account {
  readonly userId: string
  readonly role: string
  readonly note: string
}

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>`

export const homePage = (userId: string | null) =>
  page('tRPC example', userId ? '<a href="/account">Your account</a>' : '<a href="/login">Sign in</a>')

export const loginPage = (message = '') =>
  page(
    'Sign in',
    `<p role="alert">${message}</p>
    <form method="post" action="/login">
      <label>User name <input name="username" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Sign in</button></form>`,
  )

export const accountPage = ({ userId, role, note }: Account) =>
  page(
    'Your account',
    `<p>Signed in as ${userId}, role ${role}.</p>
    <form method="post" action="/note">
      <label>A note kept in the session <input name="note" value="${escaped(note)}"></label>
      <button>Keep</button></form>
    <form method="post" action="/become-admin"><button>Become an administrator</button></form>
    <form method="post" action="/logout"><button>Sign out</button></form>`,
  )

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
