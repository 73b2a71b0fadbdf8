import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { serve, type Visit } from '../../../test/serve.ts'

test('a ticked "remember me" gives a second set, which the logout is tried on as well', async (t) => {
  const alive = new Set<string>()
  const open = ({ cookies }: Visit) =>
    [cookies.get('tide'), cookies.get('stay')].some((id) => alive.has(id ?? ''))
  const site = await serve(t, {
    'GET /': () => ({
      html: '<form method=post action=/in><input name=u><input type=password name=p><input type=checkbox name=remember_me></form>',
    }),
    'POST /in': ({ form }) => {
      const [tide, stay] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
      alive.add(tide).add(stay)
      const more = form.has('remember_me') ? [`stay=${stay}; Path=/; Max-Age=1209600`] : []
      return { redirect: '/mine', cookies: [`tide=${tide}; Path=/`, ...more] }
    },
    'GET /mine': (visit) => (open(visit) ? { html: '<a href="/out">Sign out</a>' } : { redirect: '/' }),
    'GET /out': ({ cookies }) => {
      alive.delete(cookies.get('tide') ?? '')
      return { redirect: '/', cookies: ['tide=; Path=/; Max-Age=0', 'stay=; Path=/; Max-Age=0'] }
    },
  })
  const file = await audit(site.url)
  assert.deepEqual(value(file, 'carrier').sets, [['tide'], ['stay']])
  assert.deepEqual(value(file, 'carrier').remembered, ['stay'])
  const after = value(file, 'logout').replays.map(({ set, seen }) => `${set}: ${seen.state}`)
  assert.deepEqual([...new Set(after)], ['tide: anonymous', 'stay: signed-in'])
})

test('"remember me" that makes one of two cookies enough by itself is found too', async (t) => {
  const users = new Map<string, { sid: string; remember: boolean }>()
  const open = ({ cookies }: Visit) => {
    const user = users.get(cookies.get('auth') ?? '')
    return user !== undefined && (user.remember || user.sid === cookies.get('sid'))
  }
  const site = await serve(t, {
    'GET /': () => ({
      html: '<form method=post action=/in><input name=u><input type=password name=p><input type=checkbox name=stay_signed_in></form>',
    }),
    'POST /in': ({ form }) => {
      const [auth, sid] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
      users.set(auth, { sid, remember: form.has('stay_signed_in') })
      return { redirect: '/mine', cookies: [`auth=${auth}; Path=/`, `sid=${sid}; Path=/`] }
    },
    'GET /mine': (visit) => (open(visit) ? { html: 'Mine' } : { redirect: '/' }),
  })
  const carrier = value(await audit(site.url), 'carrier')
  assert.deepEqual(carrier.sets, [['auth', 'sid'], ['auth']])
  assert.deepEqual(carrier.remembered, ['auth'])
  // Without "remember me" no other value does in the place of either.
  assert.deepEqual(carrier.companions, [])
})
