import type { RequestListener } from 'node:http'
import session from 'koa-session'
import { isAccount, randomToken, sameText } from '../serve/account.ts'
import { memoryStore } from '../serve/memory-store.ts'
import { DOMAIN } from '../serve/names.ts'
import { accountPage, askToSignOutPage, homePage, loginPage } from '../serve/pages.ts'
import { readForm } from '../serve/requests.ts'
import { Koa, type KoaContext } from '../serve/untyped.ts'

export type KoaFault =
  | 'fixation'
  | 'cookie-lifetime'
  | 'cookie-scope'
  | 'logout'
  | 'logout-get'
  | 'caching'
  | 'default-name'

export interface KoaSite {
  readonly fault: KoaFault | null
  readonly https?: boolean
}

const ONE_YEAR = 365 * 24 * 3600_000

/**
 * Koa with koa-session: an ID signed in a second cookie, logout by a link to a page that asks. Its default keeps the data in the
 * cookie, which nothing can revoke; that is the `logout` fault. The others have a store.
 */
export function koaSite(site: KoaSite): RequestListener {
  const app = new Koa()
  app.keys = [randomToken()]
  app.use(session(options(site), app))
  app.use(async (ctx) => {
    if (site.fault !== 'caching') ctx.set('Cache-Control', 'no-store')
    if (site.https) ctx.set('Strict-Transport-Security', 'max-age=63072000')
    await route(ctx, site)
  })
  return app.callback()
}

async function route(ctx: KoaContext, site: KoaSite): Promise<void> {
  const at = `${ctx.method} ${ctx.path}`
  if (at === 'GET /') ctx.body = homePage()
  else if (at === 'GET /login') ctx.body = loginPage({ csrf: token(ctx) })
  else if (at === 'POST /login') await login(ctx, site)
  else if (at === 'GET /account') account(ctx)
  else if (at === 'POST /logout') await logout(ctx)
  else if (at === 'GET /logout' && site.fault === 'logout-get') leave(ctx)
  else if (at === 'GET /logout') ctx.body = askToSignOutPage({ csrf: token(ctx) })
}

async function logout(ctx: KoaContext): Promise<void> {
  const form = await readForm(ctx.req)
  if (sameText(form.get('_csrf'), ctx.session?.csrf)) leave(ctx)
  else ctx.status = 403
}

function leave(ctx: KoaContext): void {
  ctx.session = null
  redirect(ctx, '/')
}

async function login(ctx: KoaContext, site: KoaSite): Promise<void> {
  const form = await readForm(ctx.req)
  if (!sameText(form.get('_csrf'), ctx.session?.csrf)) {
    ctx.status = 403
    ctx.body = 'The form has expired'
  } else if (!isAccount(form.get('username'), form.get('password'))) {
    ctx.status = 401
    ctx.body = loginPage({ csrf: token(ctx), error: 'Wrong name or password' })
  } else {
    if (site.fault !== 'fixation') await ctx.session?.regenerate()
    if (ctx.session) ctx.session.user = 'ada'
    redirect(ctx, '/account')
  }
}

function account(ctx: KoaContext): void {
  if (ctx.session?.user) ctx.body = accountPage({ logout: 'link' })
  else redirect(ctx, '/login')
}

function token(ctx: KoaContext): string {
  const csrf = ctx.session?.csrf ?? randomToken()
  if (ctx.session) ctx.session.csrf = csrf
  return csrf
}

function redirect(ctx: KoaContext, location: string): void {
  ctx.redirect(location)
  ctx.status = 303
}

function options(site: KoaSite) {
  return {
    ...(site.fault === 'default-name'
      ? {}
      : { key: site.https && site.fault !== 'cookie-scope' ? '__Host-lantern' : 'lantern' }),
    ...(site.fault === 'logout' ? {} : { store: memoryStore(), genid: randomToken }),
    ...(site.fault === 'cookie-scope' ? { domain: DOMAIN } : {}),
    maxAge: site.fault === 'cookie-lifetime' ? ONE_YEAR : ('session' as const),
    sameSite: 'lax',
  }
}
