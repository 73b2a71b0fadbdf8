import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import * as client from 'openid-client'
import { nodeSession } from '../adapters/node.ts'
import { createSessions } from '../create-sessions.ts'
import type { Session } from '../session.ts'
import type { SessionStore } from '../store.ts'
import { memoryStore } from '../stores/memory/memory.ts'
import { sqliteStore } from '../stores/sqlite/sqlite.ts'
import { nodeBackChannelLogoutRoute } from './back-channel.ts'
import { providerLogout } from './provider-logout.ts'
import { browser, secret, served, startProvider } from './real-provider.test-helper.ts'

interface Login {
  state: string
  verifier: string
  idToken: string
}

/** A site of its own that signs people in at the provider. */
function site(t: TestContext, providerAt: () => string, store: SessionStore) {
  return served(t, async (origin) => {
    const sessions = createSessions<Login>({
      store,
      streamCheckInterval: '20ms',
      sweepInterval: false,
      crossOrigin: false,
    })
    t.after(() => sessions.close())
    let config: client.Configuration | undefined
    const configured = async () => {
      config ??= await client.discovery(new URL(providerAt()), 'shop', secret, undefined, {
        execute: [client.allowInsecureRequests],
      })
      return config
    }

    async function page(url: URL, res: ServerResponse, session: Session<Login>): Promise<void> {
      const goTo = (to: string) => void res.writeHead(303, { location: to }).end()
      if (url.pathname === '/login') {
        const [state, verifier] = [client.randomState(), client.randomPKCECodeVerifier()]
        await session.set({ state, verifier })
        const to = client.buildAuthorizationUrl(await configured(), {
          ...{
            scope: 'openid',
            state,
            login_hint: url.searchParams.get('as') ?? 'alice',
            redirect_uri: `${origin}/callback`,
            code_challenge_method: 'S256',
          },
          code_challenge: await client.calculatePKCECodeChallenge(verifier),
        })
        return goTo(to.href)
      }
      if (url.pathname === '/callback') {
        const checks = {
          expectedState: session.get('state') ?? '',
          pkceCodeVerifier: session.get('verifier') ?? '',
        }
        const tokens = await client.authorizationCodeGrant(await configured(), url, checks)
        const { iss, sub, sid, iat } = tokens.claims() ?? assert.fail('no ID Token')
        assert.ok(typeof sid === 'string')
        await session.login(`user-${sub}`, { from: { issuer: iss, subject: sub, sid, iat } })
        await session.set('idToken', tokens.id_token ?? '')
        return goTo('/')
      }
      if (url.pathname === '/stream') {
        res.writeHead(200, { 'content-type': 'text/plain' }).write('open')
        session.signal.addEventListener('abort', () => res.end('over'))
        return
      }
      if (url.pathname === '/logout') {
        const there = providerLogout({
          ...{
            endSessionEndpoint: `${providerAt()}/session/end`,
            clientId: 'shop',
            returnTo: [`${origin}/`],
          },
        })
        const [idToken, returnTo] = [session.get('idToken'), url.searchParams.get('to')]
        return goTo(await there.leave(session, { idToken, returnTo }))
      }
      if (url.pathname === '/id-token') return void res.end(session.get('idToken'))
      res.end(session.userId ?? 'nobody')
    }

    const pages = nodeSession(sessions, (req, res, session) =>
      page(new URL(req.url ?? '/', origin), res, session),
    )
    const logout = nodeBackChannelLogoutRoute(sessions, {
      providers: [{ issuer: providerAt(), audience: 'shop', jwks: `${providerAt()}/jwks` }],
    })
    return (req, res) => (req.url === '/backchannel' ? logout(req, res) : pages(req, res))
  })
}

/** Each server opens the store for itself. */
const stores: Readonly<Record<string, () => () => SessionStore>> = {
  'a store that announces': () => {
    const store = memoryStore()
    return () => store
  },
  'a store that announces nothing': () => {
    const file = join(mkdtempSync(join(tmpdir(), 'latchkey-logout-')), 'sessions')
    return () => sqliteStore(file)
  },
}

test('oidc-provider: who logs out there is out here, on both servers, streams too', async (t) => {
  for (const [name, stored] of Object.entries(stores)) await t.test(name, (t) => outOnBoth(t, stored()))
})

async function outOnBoth(t: TestContext, openStore: () => SessionStore): Promise<void> {
  const sites: string[] = []
  const at = await startProvider(t, () => ({
    shop: {
      redirect_uris: sites.map((each) => `${each}/callback`),
      post_logout_redirect_uris: sites.map((each) => `${each}/`),
      backchannel_logout_uri: `${sites[0]}/backchannel`,
    },
  }))
  for (let n = 0; n < 2; n++) sites.push(await site(t, () => at, openStore()))
  const [one = '', two = ''] = sites
  const alice = browser()
  assert.equal(await alice.text(`${one}/login`), 'user-alice')
  // Single sign-on: another site of the same application, at the same session of the provider.
  assert.equal(await alice.text(`${two}/login`), 'user-alice')
  const bob = browser()
  assert.equal(await bob.text(`${two}/login?as=bob`), 'user-bob')
  const streams = await Promise.all([one, two].map((each) => alice.go(`${each}/stream`)))

  // Alice logs out at the provider, and at neither site.
  const hint = await alice.text(`${one}/id-token`)
  const answer = await confirm(alice, at, await alice.text(`${at}/session/end?id_token_hint=${hint}`))
  assert.ok(answer.status < 400)

  for (const stream of streams) assert.equal(await stream.text(), 'openover')
  assert.equal(await alice.text(`${one}/`), 'nobody')
  assert.equal(await alice.text(`${two}/`), 'nobody')
  assert.equal(await bob.text(`${two}/`), 'user-bob')
  assert.equal(await alice.text(`${one}/login`), 'user-alice')

  // And from here: out at both, and back where the provider was told, whatever the address says.
  const asked = await alice.text(`${one}/logout?to=https://evil.example.com/`)
  assert.equal(await alice.text(`${two}/`), 'nobody')
  const back = await confirm(alice, at, asked)
  assert.deepEqual([back.url, await back.text()], [`${one}/`, 'nobody'])
}

/** Presses the button of the provider's page that asks whether to log out. */
function confirm({ go }: ReturnType<typeof browser>, at: string, page: string): Promise<Response> {
  const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page) ?? []
  const body = new URLSearchParams({ xsrf, logout: 'yes' })
  return go(`${at}/session/end/confirm`, { method: 'POST', body })
}
