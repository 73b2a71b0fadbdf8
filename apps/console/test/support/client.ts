/** A browser as far as HTTP goes: one cookie jar, redirects not followed, forms posted as pages of the site do. */
export interface Client {
  get(path: string): Promise<Answer>
  post(
    path: string,
    /** As a page of the console has it: with that page's token, unless the form brings its own. */
    form?: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  /** The same, as a form with files has it. */
  upload(
    path: string,
    form: Readonly<Record<string, string>>,
    file: { readonly name: string; readonly content: string },
  ): Promise<Answer>
  /** An answer whose body is still arriving. */
  stream(path: string, signal: AbortSignal): Promise<Response>
  /** The Cookie header it sends now. */
  cookie(): string
  /** The same browser at another address of the same site: with the same cookies. */
  at(url: string): Client
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** Where it redirects to, or an empty text. */
  readonly location: string
}

export const password = 'seven quiet lighthouses'

export function createClient(
  url: string,
  userAgent = 'Mozilla/5.0 (X11; Linux x86_64) Firefox/144.0',
  jar = new Map<string, string>(),
): Client {
  const cookie = () => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')

  async function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { 'user-agent': userAgent, cookie: cookie(), ...(init.headers as Record<string, string>) }
    const response = await fetch(url + path, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }

  /** What a page of somebody who is signed in has in its forms. */
  async function csrfOfPage(): Promise<Record<string, string>> {
    if (jar.size === 0) return {}
    const csrf = /name="csrf" value="([^"]*)"/.exec(await (await ask('/')).text())?.[1]
    return csrf === undefined ? {} : { csrf }
  }

  async function read(response: Promise<Response>): Promise<Answer> {
    const { status, headers } = await response
    const body = await (await response).text()
    return { status, headers, body, location: headers.get('location') ?? '' }
  }

  return {
    cookie,
    at: (other) => createClient(other, userAgent, jar),
    get: (path) => read(ask(path)),
    async post(path, form = {}, headers = {}) {
      const body = new URLSearchParams({ ...(await csrfOfPage()), ...form })
      return read(
        ask(path, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin', ...headers } }),
      )
    },
    async upload(path, form, { name, content }) {
      const body = new FormData()
      for (const pair of Object.entries({ ...(await csrfOfPage()), ...form })) body.append(...pair)
      body.append(name, new Blob([content]), 'recorded')
      return read(ask(path, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin' } }))
    },
    stream: (path, signal) => ask(path, { signal }),
  }
}

export async function signUp(url: string, username: string): Promise<void> {
  const { status } = await createClient(url).post('/sign-up', { username, password })
  if (status !== 303) throw new Error(`the sign-up was answered with ${status}`)
}

/** The sid of the session a client has: the first part of its token. */
export const sidOf = (client: Client): string => client.cookie().split('=')[1]?.slice(0, 20) ?? ''

/** A client that is signed in; the account is made when it is not there. */
export async function signedIn(url: string, username = 'ada'): Promise<Client> {
  await signUp(url, username)
  return signInAgain(url, username)
}

export async function signInAgain(url: string, username = 'ada', given = password): Promise<Client> {
  const client = createClient(url)
  const { status } = await client.post('/sign-in', { username, password: given })
  if (status !== 303) throw new Error(`the sign-in was answered with ${status}`)
  return client
}
