import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { audit, value } from '../../../test/audit-site.ts'
import { type Reply, type Routes, serve, type Visit } from '../../../test/serve.ts'
import { loginForm, USER } from '../../../test/session-site.ts'
import { judge } from '../../judging/judge.ts'
import { asNamed, findRenamings, underLabel } from './renamed.ts'

const hex = (bytes: number) => randomBytes(bytes).toString('hex')

interface Choices {
  readonly nameWith: (random: string) => string
  /** Renamed in each answer, not only at the login. */
  readonly always: boolean
  readonly forgets: boolean
}

function renamingSite({ nameWith, always, forgets }: Choices): Routes {
  const alive = new Set<string>()
  const held = ({ cookies }: Visit) => [...cookies].find(([name]) => name !== 'theme')
  const set = (id: string) => `${nameWith(hex(12))}=${id}; Path=/; HttpOnly; SameSite=Lax`
  return {
    'GET /': () => ({ html: loginForm(), cookies: ['theme=dark; Path=/'] }),
    'POST /login': ({ form }): Reply => {
      if (form.get('pw') !== USER.password) return { status: 401, html: loginForm() }
      const id = hex(16)
      alive.add(id)
      return { redirect: '/mine', cookies: [set(id)] }
    },
    'GET /mine': (visit) => {
      const [name, id] = held(visit) ?? ['', '']
      if (!alive.has(id)) return { redirect: '/' }
      const cookies = always ? [`${name}=; Path=/; Max-Age=0`, set(id)] : []
      return { html: `${USER.username} <a href="/logout">Log out</a>`, cookies }
    },
    'GET /logout': (visit) => {
      const [name, id] = held(visit) ?? ['', '']
      if (!forgets) alive.delete(id)
      return { redirect: '/', cookies: [`${name}=; Path=/; Max-Age=0`] }
    },
  }
}

const names: Readonly<Record<string, (random: string) => string>> = {
  front: (random) => `${random}_sid`,
  middle: (random) => `app_${random}_sid`,
  behind: (random) => `s${random}`,
}

for (const [where, nameWith] of Object.entries(names)) {
  for (const always of [true, false]) {
    test(`a carrier renamed at each ${always ? 'answer' : 'login'}, the random part ${where}`, async (t) => {
      for (const forgets of [false, true]) {
        const { url } = await serve(t, renamingSite({ nameWith, always, forgets }))
        const file = await audit(url)
        const label = nameWith('*')
        assert.deepEqual(value(file, 'carrier').renamed?.map(unrandom), [label])
        const { checks } = judge(file, { finishedAt: '2026-11-29T00:00:00Z' })
        const verdicts = new Map(checks.map(({ id, verdict }) => [id, verdict]))
        assert.equal(verdicts.get('logout'), forgets ? 'fail' : 'pass')
        for (const id of ['fixation', 'cookie-httponly', 'id-length', 'id-in-url']) {
          assert.equal(verdicts.get(id), 'pass', id)
        }
      }
    })
  }
}

/** Two random parts may begin or end alike by chance. */
function unrandom(label: string): string {
  return label.replace(/[0-9a-f]?[0-9a-f]?\*[0-9a-f]?[0-9a-f]?/, '*')
}

test('names that stay are no renaming: parts, versions, hashes of the site', () => {
  const hash = hex(16)
  for (const stable of [
    ['session.0', 'session.1'],
    ['sid_v1', 'sid_v2', 'csrf_token', 'session_id'],
    [`wordpress_${hash}`, `wordpress_sec_${hash}`, `wordpress_logged_in_${hash}`],
    [`SESS${hash}`, `SSESS${hash}`],
    ['connect.sid', 'remember_me', 'XSRF-TOKEN'],
  ]) {
    assert.deepEqual(findRenamings(stable), [], stable.join())
  }
})

test('a renamed credential goes by its label and is sent under its own name', () => {
  const renamings = findRenamings(['sid_1a2b3c4d', 'sid_9f8e7d6c'])
  assert.equal(underLabel('sid_00ff00ff', renamings), 'sid_*')
  assert.equal(underLabel('sid_other', renamings), 'sid_other')
  assert.deepEqual(asNamed([{ kind: 'cookie', name: 'sid_00ff00ff', value: 'v' }], renamings), [
    { kind: 'cookie', name: 'sid_*', value: 'v', sentAs: 'sid_00ff00ff' },
  ])
})
