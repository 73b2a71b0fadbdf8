import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carriedBy } from '../../../test/sample-evidence.ts'
import type { DowngradeEvidence, TransportEvidence } from '../../evidence/evidence.ts'
import { BrowserJar } from '../../network/cookies/jar.ts'
import { readSetCookie } from '../../network/cookies/set-cookie.ts'
import type { Answer } from '../../network/http.ts'
import type { HttpRequest } from '../../network/request.ts'
import { AuditError } from '../../options/errors.ts'
import type { ProbeContext } from '../context.ts'
import { probeDowngrade } from './downgrade.ts'

const page = new URL('https://shop.example/me')

interface Site {
  /** As the login set it. */
  readonly cookie?: string
  readonly carriers?: readonly string[]
  readonly plainHttp?: TransportEvidence['plainHttp']
  /** What http:// makes of the cookies that come; null where nobody answers. */
  readonly plain?: (cookies: string) => Partial<Answer> | null
  /** Set-Cookie of an answer over http:// that was seen before. */
  readonly gave?: string
  readonly url?: URL
}

function answer(url: URL, more: Partial<Answer> = {}): Answer {
  const about = {
    exchange: 7,
    after: 0,
    phase: 'replay',
    method: 'GET',
    status: 200,
    location: null,
  } as const
  const rest = { headers: {}, cookies: [], sentNames: [], charset: 'UTF-8', coding: null }
  return { ...about, ...rest, url, body: 'visitor', ...more }
}

/** No test may have port 80 and 443, so that the site is what `send` answers. */
async function over(site: Site): Promise<{ found: DowngradeEvidence; asked: string[] }> {
  const { cookie = 'sid=1; Path=/', carriers = ['sid'], plainHttp = 'serves-content', url = page } = site
  const asked: string[] = []
  const jar = new BrowserJar()
  const set = readSetCookie(cookie, url, 0)
  if (set) jar.learn(url, [set], false)
  const plainUrl = new URL(url.href.replace('https:', 'http:'))
  const gave = site.gave === undefined ? null : readSetCookie(site.gave, plainUrl, 0)
  const context = {
    http: {
      answers: gave ? [answer(plainUrl, { cookies: [gave], exchange: 2 })] : [],
      allowPlain: () => (url.port === '' ? plainUrl : null),
      async send({ url, jar }: HttpRequest) {
        const cookies = jar.credentials(url).map(({ name, value }) => `${name}=${value}`)
        asked.push(`${url.protocol} ${cookies}`)
        const reply = (site.plain ?? (() => ({})))(String(cookies))
        if (reply === null) throw new AuditError('unreachable', 'nobody there')
        return answer(url, reply)
      },
    },
    oracle: {
      url,
      asking: {},
      judge: ({ body }: Answer) =>
        body === 'user' ? 'signed-in' : body === 'visitor' ? 'anonymous' : 'unclear',
      observe: async () => ({ state: 'signed-in', exchange: 8 }),
    },
    target: { loopback: false },
    carrier: carriedBy(...carriers),
    renamings: [],
    jar,
    gathered: { transport: { status: 'gathered', value: { plainHttp } } },
  }
  return { found: await probeDowngrade(context as unknown as ProbeContext), asked }
}

const open = (cookies: string) => ({ body: cookies.includes('sid=1') ? 'user' : 'visitor' })

test('a session that is let in over http://, and a visitor that is not', async () => {
  const { found, asked } = await over({ plain: open })
  assert.deepEqual(
    [found.replay?.state, found.sent, found.controls.every(({ held }) => held)],
    ['signed-in', ['sid'], true],
  )
  assert.deepEqual(asked, ['http: sid=1', 'http: '])
})

test('where visitors are let in too the control does not hold', async () => {
  const { found } = await over({ plain: () => ({ body: 'user' }) })
  assert.deepEqual(
    found.controls.map(({ held }) => held),
    [false],
  )
})

test('a Secure session is never sent there, nor half of one, nor one to where nobody answers', async () => {
  for (const site of [
    { cookie: 'sid=1; Path=/; Secure' },
    { carriers: ['sid', 'sig'] },
    { plainHttp: 'refused' },
  ] as const) {
    const { found, asked } = await over({ ...site, plain: open })
    assert.deepEqual([asked, found.replay], [[], null])
  }
})

test('the same page over https for everybody is no session taken', async () => {
  const { found } = await over({ plain: () => ({ status: 301, location: page, body: 'user' }) })
  assert.deepEqual([found.replay?.state, found.controls[0]?.name], ['anonymous', 'the session over https://'])
})

test('an address that stops answering is refused', async () => {
  const { found } = await over({ plain: () => null })
  assert.deepEqual([found.plainHttp, found.replay], ['refused', null])
})

test('what an answer over http:// set of the session, if browsers keep it', async () => {
  assert.deepEqual((await over({ gave: 'sid=2; Path=/' })).found.set, [{ name: 'sid', exchange: 2 }])
  for (const gave of ['theme=dark', 'sid=2; Secure', 'sid=; Max-Age=0']) {
    assert.deepEqual((await over({ gave })).found.set, [], gave)
  }
})

test('a port of its own has no http:// twin, and what is not known is no answer', async () => {
  assert.equal((await over({ url: new URL('https://shop.example:8443/me') })).found.plainHttp, null)
  await assert.rejects(over({ plainHttp: null }), /what http:\/\/ does/)
})
