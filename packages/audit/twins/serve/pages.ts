import { ACCOUNT } from './account.ts'

/** What sites differ in. None of it is a fault. */
export interface PageOptions {
  /** Hidden field that the server wants back with each POST. */
  readonly csrf?: string
  /** Where the login form posts to, as written in the page. Default `/login`. */
  readonly action?: string
  /** A search, a newsletter and a sign-up form stand before the login form. */
  readonly manyForms?: boolean
  /** A ticked "keep me signed in". */
  readonly remember?: boolean
  /** The user's nickname, with a form to change it. */
  readonly nickname?: string
  /** How to sign out. Default a form; a link may lead to a page that asks. */
  readonly logout?: 'form' | 'link'
  /** Where the page's script opens an event stream. */
  readonly stream?: string
  /** Where it opens a WebSocket. */
  readonly socket?: string
  /** Beside it, a button to sign out on all other devices. */
  readonly everywhere?: boolean
  /** Each answer differs: the time and a random number. */
  readonly volatile?: boolean
  /** Shown above the form after a wrong password. */
  readonly error?: string
  /** The account page leads to one where the password is changed. */
  readonly settings?: boolean
  /** A box on that page, by which the user signs out everywhere else. */
  readonly offersToEndOthers?: boolean
  /** A style sheet of the site's own. */
  readonly stylesheet?: string
  /** A link to another origin. */
  readonly outside?: string
  /** Appended to the page's links, by an app that carries its session in the URL. */
  readonly linkSuffix?: string
}

export function homePage(options: PageOptions = {}): string {
  return layout(
    'Home',
    options,
    `<h1>Tidewater Books</h1><p><a href="/login">Sign in</a> to see your orders.</p>`,
  )
}

export function loginPage(options: PageOptions = {}): string {
  const others = options.manyForms
    ? `<form action="/search" method="get"><input type="search" name="q"><button>Search</button></form>
<form action="/newsletter" method="post"><input type="email" name="email"><button>Subscribe</button></form>
<form action="/register" method="post"><h2>New here?</h2><input type="text" name="username">
<input type="password" name="password" autocomplete="new-password"><input type="password" name="password2">
<button>Create account</button></form>`
    : ''
  const remember = options.remember
    ? '<label><input type="checkbox" name="remember" value="1" checked> Keep me signed in</label>'
    : ''
  return layout(
    'Sign in',
    options,
    `${others}
<h1>Sign in</h1>
${options.error ? `<p role="alert">${options.error}</p>` : ''}
<form action="${options.action ?? '/login'}" method="post">
${csrfField(options)}
<label>User name <input type="text" name="username" autocomplete="username" required></label>
<label>Password <input type="password" name="password" autocomplete="current-password" required></label>
${remember}
<button type="submit">Sign in</button>
</form>`,
  )
}

export function accountPage(options: PageOptions = {}): string {
  const suffix = options.linkSuffix ?? ''
  const logout =
    options.logout === 'link'
      ? '<a href="/logout">Sign out</a>'
      : `<form action="/logout" method="post">${csrfField(options)}<button>Sign out</button></form>`
  return layout(
    'Your account',
    options,
    `<h1>Welcome back, ${ACCOUNT.name}</h1>
<ul><li><a href="/${suffix}">Home</a></li><li><a href="/account${suffix}">Orders</a></li>
${options.settings ? '<li><a href="/account/security">Sign-in and security</a></li>' : ''}
<li><a href="/account/delete">Delete account</a></li></ul>
${options.outside ? `<a href="${options.outside}">Our tide tables</a>` : ''}
${nicknameForm(options)}
${options.stream ? `<script>new EventSource('${options.stream}').onmessage = ({ data }) => { document.title = data }</script>` : ''}
${options.socket ? `<script>new WebSocket(location.origin.replace(/^http/, 'ws') + '${options.socket}').onmessage = ({ data }) => { document.title = data }</script>` : ''}
${options.everywhere ? `<form action="/logout/everywhere" method="post">${csrfField(options)}<button>Sign out on all other devices</button></form>` : ''}
${logout}`,
  )
}

/** Where a link to sign out leads: nothing has happened yet. */
export function askToSignOutPage(options: PageOptions = {}): string {
  return layout(
    'Sign out',
    options,
    `<h1>Sign out?</h1><form action="/logout" method="post">${csrfField(options)}<button>Sign out</button></form>`,
  )
}

function nicknameForm(options: PageOptions): string {
  return options.nickname === undefined
    ? ''
    : `<form action="/nickname" method="post">${csrfField(options)}
<label>Nickname <input type="text" name="nickname" value="${options.nickname}"></label><button>Save</button></form>`
}

/** Where a signed-in user changes the password. */
export function securityPage(options: PageOptions = {}): string {
  const box = options.offersToEndOthers
    ? '<label><input type="checkbox" name="everywhere" value="1"> Sign out on all other devices</label>'
    : ''
  return layout(
    'Sign-in and security',
    options,
    `<h1>Change your password</h1>
${options.error ? `<p role="alert">${options.error}</p>` : ''}
<form action="/account/security" method="post">
${csrfField(options)}
<label>Current password <input type="password" name="current" autocomplete="current-password"></label>
<label>New password <input type="password" name="fresh" autocomplete="new-password"></label>
<label>New password again <input type="password" name="again" autocomplete="new-password"></label>
${box}
<button type="submit">Change password</button>
</form>`,
  )
}

/** Asks a signed-in user for the password again, before something that matters. */
export function confirmPage(options: PageOptions = {}): string {
  return layout(
    'Is it you?',
    options,
    `<h1>Please give your password again</h1>
<form action="/account/confirm" method="post">
${csrfField(options)}
<label>Password <input type="password" name="password" autocomplete="current-password"></label>
<button type="submit">Continue</button>
</form>`,
  )
}

function csrfField(options: PageOptions): string {
  return options.csrf ? `<input type="hidden" name="_csrf" value="${options.csrf}">` : ''
}

function layout(title: string, options: PageOptions, body: string): string {
  const footer = options.volatile
    ? `<footer>${new Date().toISOString()}, offer ${Math.floor(Math.random() * 1e9)}</footer>`
    : '<footer>Tidewater Books, since 1987</footer>'
  const stylesheet = options.stylesheet ? `<link rel="stylesheet" href="${options.stylesheet}">` : ''
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>${stylesheet}</head>
<body><main>${body}</main>${footer}</body></html>
`
}
