// What becomes of sessions when accounts change: node examples/accounts.ts
import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { createSessions, memoryStore, sessionEventNames } from 'latchkey'
import { honoSession, type SessionVariables } from 'latchkey/hono'
import { hashPassword, verifyPassword } from 'latchkey/password'
import { demoPassword } from './shared/accounts.ts'
import { announce, port } from './shared/announce.ts'

interface Account {
  readonly isAdmin: boolean
  passwordHash: string
  isDisabled: boolean
  /** Grows with every change after which an earlier sign-in must not count. */
  version: number
}

// An application has a table of these, with the user's id for a key.
const accounts = new Map<string, Account>()
for (const userId of ['alice', 'bob', 'root']) {
  const passwordHash = await hashPassword(demoPassword)
  accounts.set(userId, { isAdmin: userId === 'root', passwordHash, isDisabled: false, version: 0 })
}

// clients: the lists of devices below show what signed in, and from where.
const sessions = createSessions({
  store: memoryStore(),
  cookie: { name: '__Host-accounts-example' },
  clients: true,
  tokenReuseEnds: 'user',
})
for (const name of sessionEventNames)
  sessions.on(name, (event) => console.log(JSON.stringify({ name, ...event })))

type Variables = { Variables: SessionVariables }
const app = new Hono<Variables>()
app.use(honoSession(sessions))

app.post('/login', async (c) => {
  const { username, password } = await fieldsOf(c, 'username', 'password')
  const account = accounts.get(username)
  const before = account && { ...account }
  const isRight = await verifyPassword(password, before?.passwordHash ?? null)
  if (!isRight || before?.isDisabled) return c.text('Wrong user name or password.', 401)
  await c.var.session.login(username, { methods: ['pwd'] })
  // Looked at again: who disables the account, or changes its password, ends the sessions that are there by then,
  // and this one may have come after.
  if (accounts.get(username)?.version !== before?.version) {
    await c.var.session.logout()
    return c.text('Wrong user name or password.', 401)
  }
  return c.text('Signed in.')
})

app.use(async (c, next) => (c.var.session.userId ? next() : c.text('Sign in first.', 401)))

app.get('/sessions', async (c) => {
  const own = await sessions.list(c.var.session.userId ?? '')
  return c.json(
    own.map(({ sid, clients, createdAt, lastSeenAt }) => ({
      sid,
      isThisOne: sid === c.var.session.sid,
      userAgent: clients[0]?.userAgent,
      address: clients[0]?.address,
      createdAt,
      lastSeenAt,
    })),
  )
})

// A new password is a new factor: this session goes on under a new token, and the user is offered to end the others.
app.post('/password', async (c) => {
  const { password, newPassword, endOthers } = await fieldsOf(c, 'password', 'newPassword', 'endOthers')
  const userId = c.var.session.userId ?? ''
  const account = accounts.get(userId)
  if (!account || !(await verifyPassword(password, account.passwordHash)))
    return c.text('Wrong password.', 403)
  account.passwordHash = await hashPassword(newPassword)
  account.version++
  await c.var.session.reauthenticate({ methods: ['pwd'] })
  const reason = 'factor-changed'
  const ended =
    endOthers === 'yes' ? await sessions.revokeUser(userId, { except: c.var.session.sid, reason }) : 0
  return c.text(`Changed. Other sessions ended: ${ended}.`)
})

// A thief with a session, but without the password, must not get this far.
app.post('/delete-account', async (c) => {
  c.var.session.requireFresh('5m')
  const userId = c.var.session.userId ?? ''
  accounts.delete(userId)
  await sessions.revokeUser(userId, { except: c.var.session.sid, reason: 'account-deleted' })
  await c.var.session.logout()
  return c.text('Deleted.')
})

app.use('/admin/*', async (c, next) => {
  if (!accounts.get(c.var.session.userId ?? '')?.isAdmin) return c.text('For administrators.', 403)
  c.var.session.requireFresh('15m')
  return next()
})

app.post('/admin/disable', async (c) => {
  const { userId } = await fieldsOf(c, 'userId')
  const account = accounts.get(userId)
  if (!account) return c.text('No such account.', 404)
  // In this order: whoever signs in from here on is refused, whoever did before is signed out.
  account.isDisabled = true
  account.version++
  return c.text(`Sessions ended: ${await sessions.revokeUser(userId, { reason: 'account-disabled' })}.`)
})

app.post('/admin/end', async (c) => {
  const { userId, sid } = await fieldsOf(c, 'userId', 'sid')
  const reason = 'administrator'
  const ended = sid
    ? Number(await sessions.revoke(sid, { reason }))
    : await sessions.revokeUser(userId, { reason })
  return c.text(`Sessions ended: ${ended}.`)
})

app.post('/admin/end-everybody', async (c) => {
  return c.text(`Sessions ended: ${await sessions.revokeAll({ reason: 'administrator' })}.`)
})

/** The form's fields by these names; empty where it has none. */
async function fieldsOf<Name extends string>(
  c: Context<Variables>,
  ...names: Name[]
): Promise<Record<Name, string>> {
  const form = await c.req.formData()
  const fields = names.map((name) => [name, String(form.get(name) ?? '')] as const)
  return Object.fromEntries(fields) as Record<Name, string>
}

const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => announce(server))
