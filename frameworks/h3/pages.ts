import { html } from 'h3'

// By h3's own template, which escapes what is put in.

export const homePage = (userId: string | null) =>
  userId
    ? html`<!doctype html><html lang="en"><title>h3 example</title><a href="/account">Your account</a></html>`
    : html`<!doctype html><html lang="en"><title>h3 example</title><a href="/login">Sign in</a></html>`

export const loginPage = (message = '') =>
  html`<!doctype html><html lang="en"><title>Sign in</title><h1>Sign in</h1>
    <p role="alert">${message}</p>
    <form method="post" action="/login">
      <label>User name <input name="username" autocomplete="username" required></label>
      <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
      <button>Sign in</button></form></html>`

interface Shown {
  readonly userId: string | null
  get(key: 'note' | 'role'): string | undefined
}

export const accountPage = (session: Shown) =>
  html`<!doctype html><html lang="en"><title>Your account</title><h1>Your account</h1>
    <p>Signed in as ${session.userId}, role ${session.get('role') ?? 'user'}.</p>
    <form method="post" action="/note">
      <label>A note kept in the session <input name="note" value="${session.get('note') ?? ''}"></label>
      <button>Keep</button></form>
    <form method="post" action="/become-admin"><button>Become an administrator</button></form>
    <form method="post" action="/logout"><button>Sign out</button></form></html>`
