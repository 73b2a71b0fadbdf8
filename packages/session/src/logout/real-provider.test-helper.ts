import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider'

export const secret = 'of-this-test-alone-and-long-enough'

/** A server on loopback until the test is over; made once its address is known. */
export async function served(
  t: TestContext,
  make: (origin: string) => RequestListener | Promise<RequestListener>,
): Promise<string> {
  let listener: RequestListener = () => undefined
  const server = createServer((req, res) => listener(req, res)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  listener = await make(origin)
  return origin
}

/** What a client of the provider has beside its name and secret. */
export type ClientMetadata = Readonly<Record<string, unknown>>

/** An oidc-provider that believes everybody who says a name, and needs no consent. */
export async function startProvider(t: TestContext, clients: () => Readonly<Record<string, ClientMetadata>>) {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const key = { ...(await exportJWK(privateKey)), kid: 'provider-key', use: 'sig', alg: 'RS256' }
  let provider: Provider | undefined
  let origin = ''
  // Its clients' addresses are known only later: it is made at the first request.
  const made = () => {
    provider ??= new Provider(origin, configuration(key, clients()))
    return provider
  }
  origin = await served(t, () => async (req, res) => {
    const { pathname } = new URL(req.url ?? '/', 'http://localhost')
    if (!pathname.startsWith('/interaction/')) return void made().callback()(req, res)
    const { uid, params } = await made().interactionDetails(req, res)
    if (pathname !== `/interaction/${uid}`) return void res.writeHead(404).end()
    await made().interactionFinished(req, res, { login: { accountId: String(params.login_hint) } })
  })
  return origin
}

const minutes = 60
const lives = {
  AccessToken: minutes,
  Grant: minutes,
  IdToken: minutes,
  Interaction: minutes,
  Session: minutes,
}

function configuration(key: object, clients: Readonly<Record<string, ClientMetadata>>): Configuration {
  return {
    jwks: { keys: [key as never] },
    clients: Object.entries(clients).map(([client_id, metadata]) => ({
      ...{ client_id, client_secret: secret, backchannel_logout_session_required: true },
      ...metadata,
    })),
    cookies: { keys: [secret] },
    ttl: lives,
    // Its own way to fetch refuses addresses of loopback.
    fetch: (input, init) => fetch(input, { ...init, dispatcher: undefined } as RequestInit),
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    loadExistingGrant: grantAll,
  }
}

async function grantAll({ oidc }: KoaContextWithOIDC) {
  const { client, session, provider } = oidc
  const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' })
  grant.addOIDCScope('openid')
  await grant.save()
  return grant
}

/** A browser that keeps cookies by origin and follows redirects. */
export function browser() {
  const jars = new Map<string, Map<string, string>>()

  async function go(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address)
    const jar = jars.get(url.origin) ?? new Map<string, string>()
    jars.set(url.origin, jar)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { cookie, ...init.headers } })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(line)) jar.delete(name)
      else jar.set(name, value)
    }
    const location = answer.headers.get('location')
    return location && answer.status < 400 ? go(new URL(location, url).href) : answer
  }

  return { go, text: async (address: string) => (await go(address)).text() }
}
