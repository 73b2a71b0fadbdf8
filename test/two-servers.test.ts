import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { demoPassword } from '../examples/shared/accounts.ts'
import { startTwoServers, type TwoServers } from '../examples/two-servers/servers.ts'

// The whole file needs it, and a failing start must be reported as that.
const site: TwoServers = await startTwoServers()
after(() => site.stop())

const first = () => site.servers[0]?.url ?? ''
const second = () => site.servers[1]?.url ?? ''
const account = { username: 'alice', password: demoPassword }

async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/login`, {
    method: 'POST',
    body: new URLSearchParams(account),
    redirect: 'manual',
  })
  assert.equal(answer.status, 303)
  return answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
}

// A connection for each request: nginx closes idle ones when it is told of a change, which browsers get over by
// themselves.
const get = (url: string, cookie: string, path = '/') =>
  fetch(url + path, { headers: { cookie, connection: 'close' }, redirect: 'manual' })
const post = (url: string, cookie: string, path: string) =>
  fetch(url + path, { method: 'POST', headers: { cookie }, redirect: 'manual' })

interface Home {
  readonly user: string
  readonly server: string
  readonly session: string
}
const home = async (url: string, cookie: string) => (await (await get(url, cookie)).json()) as Home

test('signed in through one, the session opens both; revoked through the other, it opens neither', async () => {
  const [lost, mine] = [await signIn(first()), await signIn(second())]
  const { session } = await home(second(), lost)
  for (const url of [first(), second(), site.url]) assert.equal((await home(url, lost)).user, 'user-1')
  const answer = await post(second(), mine, `/revoke/${session}`)
  assert.deepEqual(await answer.json(), { ended: true })
  for (const url of [first(), second(), site.url]) {
    assert.equal((await get(url, lost)).status, 303)
    assert.equal((await home(url, mine)).user, 'user-1')
  }
})

test('nginx sends one session to both servers in turn', async () => {
  const cookie = await signIn(site.url)
  const seen = new Set<string>()
  for (let n = 0; n < 6; n++) seen.add((await home(site.url, cookie)).server)
  assert.deepEqual([...seen].sort(), ['one', 'two'])
})

test('an open stream at one server ends when the session is ended at the other', {
  timeout: 20_000,
}, async () => {
  const cookie = await signIn(first())
  const stream = await get(first(), cookie, '/events')
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader()
  assert.match((await reader?.read())?.value ?? '', /event: hello/)
  await post(second(), cookie, '/logout')
  assert.match((await reader?.read())?.value ?? '', /event: signed-out/)
  assert.equal((await reader?.read())?.done, true)
})

test('a rolling restart under load answers every request and loses no session', {
  timeout: 60_000,
}, async () => {
  const cookies = await Promise.all(Array.from({ length: 8 }, () => signIn(site.url)))
  let isOver = false
  const answered: string[] = []
  const browsers = cookies.map(async (cookie) => {
    while (!isOver) {
      const answer = await get(site.url, cookie)
      answered.push(`${answer.status} ${answer.ok ? ((await answer.json()) as Home).server : ''}`)
    }
  })
  await site.rollingRestart()
  isOver = true
  await Promise.all(browsers)
  const kinds = [...new Set(answered)].sort()
  assert.deepEqual(kinds, ['200 one', '200 two'], `of ${answered.length} answers`)
  for (const cookie of cookies) assert.equal((await home(site.url, cookie)).user, 'user-1')
})
