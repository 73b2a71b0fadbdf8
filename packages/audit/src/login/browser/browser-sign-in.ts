import type { Browser, BrowserContext } from 'playwright-core'
import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import { AuditError } from '../../options/errors.ts'
import type { AuditOptions } from '../../options/options.ts'
import { type Stored, withMore } from '../../options/recording/storage-state.ts'
import { readUrl } from '../../options/url.ts'
import { offersRemember } from '../form/fill-form.ts'
import type { PageRequest } from '../oracle/ask.ts'
import { giveBearer } from '../recorded/bearer.ts'
import type { Left, LoginChoices, SignIn } from '../sign-in.ts'
import { startChromium } from './chromium.ts'
import { type Watch, watch } from './gate.ts'
import { landingOf, storedIn, takeToken } from './landing.ts'
import { askedEachTime } from './page-requests.ts'
import { failed, fillAndSend, openLoginForm, type Visitor } from './person.ts'
import { pressSignOut } from './sign-out.ts'
import { connect, type Kept } from './wire.ts'

/** What a person does in the browser, until the login is sent. */
export type Doing = (
  visitor: Visitor,
  watching: Watch,
  choices: LoginChoices,
  mayBeInAddress: (may: boolean) => void,
) => Promise<void>

/** Signs in as a person does, in an installed Chromium. Each login is one in a window without a past but the jar's. */
export function browserSignIn(http: Http, options: AuditOptions, start: URL): SignIn {
  const entry = options.loginUrl === undefined ? start : readUrl(options.loginUrl, '--login-url', start)
  // It may name the page by its fragment, which no server sees.
  const address = options.loginUrl === undefined ? start : new URL(options.loginUrl, start)
  let seen: { readonly names: readonly (string | null)[]; readonly remembers: boolean } | null = null
  const inBrowser = browserLogins(http, options, async (visitor, watching, choices, mayBeInAddress) => {
    await visitor.page.goto(address.href, { waitUntil: 'commit', timeout: visitor.patience.limit })
    const shown = await openLoginForm(visitor)
    if (shown === null)
      throw new AuditError('login_not_found', 'the browser shows no form that asks for a password')
    const { found, rendered } = shown
    seen ??= {
      names: [found.username?.name ?? null, found.password?.name ?? null],
      remembers: offersRemember(found.form),
    }
    mayBeInAddress(rendered.isByAddress(found.form))
    await fillAndSend(visitor, shown, watching, choices)
  })
  return {
    entry,
    get action() {
      return inBrowser.action() ?? entry
    },
    given: null,
    get offersRemember() {
      return seen?.remembers === true
    },
    get asks() {
      return inBrowser.asks()
    },
    get stored() {
      return inBrowser.stored()
    },
    login: inBrowser.login,
    leave: inBrowser.leave,
    get evidence() {
      return {
        method: 'browser' as const,
        loginUrl: http.secrets.redactUrl(entry.href),
        action: http.secrets.redactUrl((inBrowser.action() ?? entry).href),
        usernameField: seen?.names[0] ?? null,
        passwordField: seen?.names[1] ?? null,
        otherFields: [],
      }
    },
  }
}

/** Logins in one browser, which is started by the first and ends with the audit. */
export function browserLogins(http: Http, options: AuditOptions, doing: Doing) {
  http.secrets.addCredential('password', options.password ?? '')
  const kept: Kept = new Map()
  let browser: Promise<Browser> | null = null
  let action: URL | null = null
  let asks: readonly PageRequest[] = []
  let stored: Stored | null = null
  http.closing.push(async () => (await browser?.catch(() => null))?.close())

  /** What is done in a window of its own, which holds what the jar holds. */
  const inWindow = async <T>(use: (context: BrowserContext, limit: number) => Promise<T>): Promise<T> => {
    const limit = options.timeout ?? 10_000
    const signal = http.budget.signal
    browser ??= startChromium(limit)
    const context = await (await browser).newContext({ ignoreHTTPSErrors: true, serviceWorkers: 'block' })
    const stop = (): void => void context.close().catch(() => {})
    signal?.addEventListener('abort', stop)
    try {
      return await use(context, limit)
    } catch (error) {
      throw asAuditError(error, signal)
    } finally {
      signal?.removeEventListener('abort', stop)
      await context.close().catch(() => {})
    }
  }
  const login = async (jar: BrowserJar, choices: LoginChoices = {}): Promise<Visit> => {
    const before = new Set(jar.stored().map(({ name, value }) => `${name}=${value}`))
    giveBearer(jar, null, http.secrets)
    return inWindow(async (context, limit) => {
      const page = await context.newPage()
      let inAddress = false
      let wireSent = (): number => 0
      let since = 0
      const pressed = () => {
        since = wireSent()
        choices.beforeSubmit?.()
      }
      const password = choices.password ?? options.password ?? ''
      const watching = watch(http, password, { ...choices, beforeSubmit: pressed }, () => inAddress)
      const wire = await connect(page, http, jar, watching.gate, kept)
      wireSent = () => wire.sent.length
      context.on('page', (other) => void other.close().catch(() => {}))
      const visitor: Visitor = { page, wire, options, patience: { limit, signal: http.budget.signal } }
      await doing(visitor, watching, choices, (may) => {
        inAddress = may
      }).catch((error: unknown) => {
        throw wire.error ?? error
      })
      if (wire.error) throw wire.error
      await wire.pull()
      action = wire.sent[since]?.answer.url ?? action
      const landed = await landingOf(page, wire, since)
      asks = askedEachTime(wire.sent, since)
      const inPage = await storedIn(page)
      if (inPage) stored = withMore(stored, inPage)
      takeToken(http, wire, jar, before, inPage)
      return landed
    })
  }
  /** Presses what says that it signs out, on the page that the jar's user is shown. */
  const leave = async (jar: BrowserJar, at: URL): Promise<Left | null> => {
    // The page keeps its token where a new window has none.
    if (jar.token !== null) return null
    return inWindow(async (context, limit) => {
      const page = await context.newPage()
      const wire = await connect(page, http, jar, () => {}, kept, 'logout')
      context.on('page', (other) => void other.close().catch(() => {}))
      await page.goto(at.href, { waitUntil: 'commit', timeout: limit })
      const visitor: Visitor = { page, wire, options, patience: { limit, signal: http.budget.signal } }
      const left = await pressSignOut(visitor)
      if (wire.error) throw wire.error
      await wire.pull()
      return left
    })
  }
  return { login, leave, action: () => action, asks: () => asks, stored: () => stored }
}

function asAuditError(error: unknown, signal: AbortSignal | undefined): AuditError {
  if (signal?.aborted) return new AuditError('aborted', 'the audit was stopped')
  if (error instanceof AuditError) return error
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n')
  return failed(`the browser could not do it (${line})`)
}
