import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Reply, serve, type Visit } from '../../../test/serve.ts'
import { sessionSite, USER } from '../../../test/session-site.ts'
import type { EvidenceFile, TokenEvidence } from '../../evidence/evidence.ts'
import { gather } from '../../gathering/gather.ts'
import { judge } from '../../judging/judge.ts'
import { parseJson } from '../../network/json.ts'
import { decode } from '../../network/redaction/secrets.ts'
import { hmacMaker } from './forgeries.ts'
import { type Jws, readJws } from './jws.ts'

const SECRET = '1b0a7c4e5d9f4a2b8c6d3e1f5a7b9c0d'
const make = hmacMaker({ alg: 'HS256', typ: 'JWT' }, SECRET)
/** What the site would make of these claims, so that nothing else is good. */
const isGenuine = (jws: Jws | null) => jws !== null && make(jws.claims) === jws.text

interface Clock {
  /** Seconds. */
  now: number
}

interface Api {
  readonly clock: Clock
  /** Seconds. */
  readonly lifetime?: number
  /** How far the site's clock goes on at each login. */
  readonly step?: number
  readonly checksEnd?: boolean
  readonly carries?: (token: string) => Partial<Reply>
  readonly reads?: (visit: Visit) => string
  readonly wrong?: Reply
}

/** A script's site whose session is a token; its Date is that of a clock of its own. */
function api(t: TestContext, options: Api) {
  const { clock, lifetime = 900, step = 0, checksEnd = true, wrong } = options
  const reads = options.reads ?? (({ headers }) => (headers.authorization ?? '').replace('Bearer ', ''))
  let count = 0
  const answered = (reply: Reply): Reply => ({
    ...reply,
    headers: { ...reply.headers, date: new Date(clock.now * 1000).toUTCString() },
  })
  const user = (visit: Visit): Reply | null => {
    const text = reads(visit)
    const jws = readJws(text)
    if (text === '') return { status: 401, json: {} }
    if (!isGenuine(jws)) return wrong ?? { status: 401, json: {} }
    return checksEnd && Number(jws?.claims.exp) <= clock.now ? { status: 401, json: {} } : null
  }
  return serve(t, {
    'GET /': () => answered({ html: `<script>fetch('/api/login', {method: 'POST'})</script>` }),
    'POST /api/login': ({ body }) => {
      const { username, password } = JSON.parse(body || '{}') as Record<string, string>
      if (username !== USER.username || password !== USER.password) return { status: 401, json: {} }
      clock.now += step
      count += 1
      const token = make({ sub: '42', n: count, iat: clock.now, exp: clock.now + lifetime })
      return answered(options.carries?.(token) ?? { json: { token } })
    },
    'GET /api/me': (visit) => answered(user(visit) ?? { json: { user: USER.username } }),
  })
}

async function audited(url: string, clock: Clock): Promise<{ file: EvidenceFile; asked: number }> {
  const asked = { before: 0, by: 0 }
  const file = await gather(
    {
      url,
      ...USER,
      onProgress({ step, state, requests }) {
        if (step !== 'tokens') return
        if (state === 'started') asked.before = requests
        else asked.by = requests - asked.before
      },
    },
    {
      wait: async (milliseconds) => {
        clock.now += milliseconds / 1000
      },
    },
  )
  return { file, asked: asked.by }
}

function tokensOf({ evidence: { tokens } }: EvidenceFile): readonly TokenEvidence[] {
  assert.equal(tokens.status, 'gathered', 'reason' in tokens ? tokens.reason : '')
  return tokens.status === 'gathered' ? tokens.value.tokens : []
}
const verdictOf = (file: EvidenceFile, id: string) =>
  judge(file, { finishedAt: '' }).checks.find((check) => check.id === id)

const started = (): Clock => ({ now: Math.floor(Date.now() / 1000) })

test('a site without a token is asked nothing', async (t) => {
  const clock = started()
  const { file, asked } = await audited((await serve(t, sessionSite())).url, clock)
  assert.deepEqual([tokensOf(file), asked], [[], 0])
})

test('a sound token passes in few requests, and no token is in the evidence', async (t) => {
  const clock = started()
  const { file, asked } = await audited((await api(t, { clock })).url, clock)
  assert.equal(verdictOf(file, 'token-signature')?.verdict, 'pass')
  assert.ok(asked > 10 && asked <= 20, String(asked))
  assert.doesNotMatch(JSON.stringify(file), /eyJ/)
})

test('where a broken token meets an error each is sent twice, and it stays within its bound', async (t) => {
  const clock = started()
  const wrong = { status: 500, html: 'Oops' }
  const { file, asked } = await audited((await api(t, { clock, wrong })).url, clock)
  assert.equal(verdictOf(file, 'token-signature')?.verdict, 'pass')
  assert.ok(asked <= 60, String(asked))
})

test('of two tokens in a cookie the one that is looked at is tried', async (t) => {
  const clock = started()
  const site = await api(t, {
    clock,
    carries: (token) => {
      const pair = encodeURIComponent(JSON.stringify({ other: make({ about: 'nothing' }), token }))
      return { json: {}, cookies: [`auth=${pair}; Path=/`] }
    },
    reads: ({ cookies }) => {
      const pair = parseJson(decode(cookies.get('auth') ?? ''))
      return typeof pair === 'object' && pair !== null && 'token' in pair ? String(pair.token) : ''
    },
  })
  const { file } = await audited(site.url, clock)
  const [token] = tokensOf(file)
  assert.equal(token?.name, 'auth')
  assert.ok(token.lifetime.ends)
  assert.equal(verdictOf(file, 'token-signature')?.verdict, 'pass')
})

test('a token that has ended for long and is still taken is a fail', async (t) => {
  const clock = started()
  const site = await api(t, { clock, lifetime: 60, step: 200, checksEnd: false })
  const { file } = await audited(site.url, clock)
  const { expired } = tokensOf(file)[0]?.lifetime ?? {}
  assert.equal(expired?.how, 'waited')
  assert.ok(expired.secondsAgo > 300)
  assert.equal(verdictOf(file, 'token-lifetime')?.severity, 'high')
})

test('a token that ends soon is waited for', async (t) => {
  for (const checksEnd of [true, false]) {
    const clock = started()
    const site = await api(t, { clock, lifetime: 20, checksEnd })
    const { file } = await audited(site.url, clock)
    const { expired } = tokensOf(file)[0]?.lifetime ?? {}
    assert.equal(expired?.seen.state, checksEnd ? 'anonymous' : 'signed-in')
    // A leeway for clocks explains what is taken so soon after.
    assert.equal(verdictOf(file, 'token-lifetime')?.verdict, 'pass')
  }
})

test('a token that ends in some minutes is not waited for', async (t) => {
  const clock = started()
  const site = await api(t, { clock, lifetime: 300 })
  const { file } = await audited(site.url, clock)
  assert.equal(tokensOf(file)[0]?.lifetime.expired, null)
})
