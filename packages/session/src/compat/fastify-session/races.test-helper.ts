import assert from 'node:assert/strict'
import type { FastifyInstance } from 'fastify'
import { cookieOf, sessionOf } from './former.test-helper.ts'

/** Two applications, as two processes are, with one place for their sessions. */
export interface Twins {
  readonly one: FastifyInstance
  readonly other: FastifyInstance
  /** What a late answer is, where the request has changed nothing. */
  readonly unchanged: 200 | 401
}

interface Held {
  /** The request has its session. */
  readonly started: Promise<void>
  readonly answer: ReturnType<FastifyInstance['inject']>
  release(): void
}

/** @param make an application with sessions, whose cookie is called sessionId */
export async function twins(make: () => Promise<FastifyInstance>, unchanged: 200 | 401): Promise<Twins> {
  const [one, other] = await Promise.all([make(), make()])
  return { one: site(one), other: site(other), unchanged }
}

const gates = new Map<string, { arrived: () => void; until: Promise<void> }>()

function site(app: FastifyInstance): FastifyInstance {
  app.get('/login', async (request) => {
    sessionOf(request).user = 'bob'
    return 'in'
  })
  app.get<{ Querystring: { gate: string; set?: string } }>('/slow', async (request) => {
    const { gate, set } = request.query
    const entry = gates.get(gate)
    entry?.arrived()
    await entry?.until
    if (set) sessionOf(request)[set] = { done: true }
    return 'late'
  })
  app.get('/logout', async (request) => {
    await sessionOf(request).destroy()
    return 'out'
  })
  app.get('/regenerate', async (request) => {
    await sessionOf(request).regenerate(['user'])
    return 'anew'
  })
  app.get('/me', async (request) => {
    const { user = null, a, b } = sessionOf(request)
    return { user, a, b }
  })
  return app
}

let count = 0

/** A request that has read its session, and does not go on before it is told to. */
function held(app: FastifyInstance, cookie: string, set?: string): Held {
  const gate = `${count++}`
  const { promise: started, resolve: arrived } = Promise.withResolvers<void>()
  const { promise: until, resolve: release } = Promise.withResolvers<void>()
  gates.set(gate, { arrived, until })
  const url = `/slow?gate=${gate}${set ? `&set=${set}` : ''}`
  // Asked for at once: the answer is no promise before it is.
  const answer = app.inject({ url, headers: { cookie } }).then((response) => response)
  return { started, answer: answer as unknown as Held['answer'], release }
}

const get = (app: FastifyInstance, url: string, cookie?: string) =>
  app.inject({ url, headers: cookie ? { cookie } : {} })

async function signedIn({ one }: Twins): Promise<string> {
  return cookieOf(await get(one, '/login')) ?? assert.fail('no cookie')
}

const userOf = async (app: FastifyInstance, cookie: string) => (await get(app, '/me', cookie)).json().user

async function lateAfter(
  twins: Twins,
  ending: string,
  late: readonly (string | undefined)[],
): Promise<string> {
  const cookie = await signedIn(twins)
  assert.equal(await userOf(twins.other, cookie), 'bob')
  const requests = late.map((set, at) => held(at === 0 ? twins.one : twins.other, cookie, set))
  await Promise.all(requests.map(({ started }) => started))
  const ended = await get(twins.other, ending, cookie)
  assert.equal(ended.statusCode, 200)
  for (const { release } of requests) release()
  const answers = await Promise.all(requests.map(({ answer }) => answer))
  assert.equal(await userOf(twins.one, cookie), null, 'the session lives again')
  for (const [at, answer] of answers.entries()) {
    assert.equal(cookieOf(answer), null, 'a late answer gives the dead cookie again')
    assert.equal(answer.statusCode, late[at] === undefined ? twins.unchanged : 401)
  }
  return cookieOf(ended) ?? ''
}

/** What goes wrong where a store writes whatever it is given. Each throws where it does. */
export const races: Readonly<Record<string, (twins: Twins) => Promise<unknown>>> = {
  'a request that only reads is under way at the logout': (twins) => lateAfter(twins, '/logout', [undefined]),
  'a request that writes is under way at the logout': (twins) => lateAfter(twins, '/logout', ['a']),
  'two requests are under way at the logout, in two processes': (twins) =>
    lateAfter(twins, '/logout', ['a', 'b']),
  async 'requests are under way when the session is regenerated'(twins) {
    const cookie = await lateAfter(twins, '/regenerate', ['a', undefined])
    assert.equal(await userOf(twins.one, cookie), 'bob')
  },
  async 'two requests at once change different values'(twins) {
    const cookie = await signedIn(twins)
    const requests = [held(twins.one, cookie, 'a'), held(twins.other, cookie, 'b')]
    await Promise.all(requests.map(({ started }) => started))
    for (const { release, answer } of requests) {
      release()
      assert.equal((await answer).statusCode, 200)
    }
    const { a, b } = (await get(twins.one, '/me', cookie)).json()
    assert.deepEqual([a, b], [{ done: true }, { done: true }], 'a value is lost')
  },
}
