// Latchkey with Koa 3. `npm run frameworks -- koa` puts the package in; then: npm start
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Koa, { type Context } from 'koa'
import { createSessions, memoryStore } from 'latchkey'
import { koaSession } from 'latchkey/koa'
import { accountPage, homePage, loginPage } from '../../examples/shared/pages.ts'
import { authenticate, demoPassword } from './accounts.ts'

interface Data {
  note: string
  role: 'user' | 'admin'
}

const sessions = createSessions<Data>({
  store: memoryStore(),
  cookie: { name: '__Host-koa-example' }, // this application's own: cookies know no port
})
const session = koaSession(sessions, { redirects: { session_ended: '/login' } })

const routes: Readonly<Record<string, (ctx: Context) => unknown>> = {
  'GET /': (ctx) => homePage(session(ctx)),
  'GET /login': () => loginPage(),
  async 'POST /login'(ctx) {
    const form = await formOf(ctx)
    const userId = await authenticate(form.get('username') ?? '', form.get('password') ?? '')
    if (!userId) {
      ctx.status = 401
      return loginPage('Wrong user name or password.')
    }
    await session(ctx).login(userId)
    return seeOther(ctx, '/account')
  },
  'GET /account'(ctx) {
    session(ctx).requireUser()
    return accountPage(session(ctx))
  },
  async 'POST /note'(ctx) {
    session(ctx).requireUser()
    await session(ctx).set('note', (await formOf(ctx)).get('note') ?? '')
    return seeOther(ctx, '/account')
  },
  async 'POST /become-admin'(ctx) {
    session(ctx).requireUser()
    await session(ctx).set('role', 'admin')
    await session(ctx).regenerate() // other privileges, another token
    return seeOther(ctx, '/account')
  },
  async 'POST /logout'(ctx) {
    await session(ctx).logout()
    return seeOther(ctx, '/')
  },
}

const formOf = async (ctx: Context) => new URLSearchParams(await text(ctx.req))

function seeOther(ctx: Context, location: string): string {
  ctx.redirect(location)
  ctx.status = 303
  return ''
}

const app = new Koa()
app.use(session.middleware)
app.use(async (ctx) => {
  const answer = await routes[`${ctx.method} ${ctx.path}`]?.(ctx)
  if (answer !== undefined) ctx.body = answer
})

const server = app.listen(Number(process.env.PORT ?? 3001), process.env.HOST ?? '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  console.log(`http://127.0.0.1:${port} (sign in as alice, password: ${demoPassword})`)
})
