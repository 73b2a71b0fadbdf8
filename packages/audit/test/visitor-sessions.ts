import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import type { Visit } from './serve.ts'
import { type Giver, hidden, onPages } from './visitor-site.ts'

/** Sessions before a login, in the ways of several frameworks. */

interface Choices {
  readonly name?: string
  readonly attributes?: string
  /** The login form has the session's token. Default true. */
  readonly token?: boolean
  readonly makeId?: () => string
}

const GOOD = 'Path=/; HttpOnly; SameSite=Lax'
const hex = (bytes: number) => randomBytes(bytes).toString('hex')
const mac = (text: string) => createHmac('sha256', 'k').update(text)

/** The pad, and the secret combined with it. */
export function masked(secret: Buffer): Buffer {
  const pad = randomBytes(secret.length)
  return Buffer.concat([pad, Buffer.from(secret.map((byte, at) => byte ^ (pad[at] ?? 0)))])
}

/** express-session with saveUninitialized: a signed ID, which only the store knows. */
export function express({ name = 'connect.sid', attributes = GOOD, token = true }: Choices = {}): Giver {
  const sessions = new Map<string, string>()
  const signed = (id: string) => `s:${id}.${mac(id).digest('base64').replace(/=+$/, '')}`
  return ({ cookies }) => {
    const came = decodeURIComponent(cookies.get(name) ?? '')
    const id = came.slice(2, came.lastIndexOf('.'))
    if (came === signed(id) && sessions.has(id)) {
      return { fields: token ? hidden('_csrf', sessions.get(id) ?? '') : '' }
    }
    const made = randomBytes(24).toString('base64url')
    sessions.set(made, hex(16))
    return {
      sets: [`${name}=${encodeURIComponent(signed(made))}; ${attributes}`],
      fields: token ? hidden('_csrf', sessions.get(made) ?? '') : '',
    }
  }
}

/** PHP: without strict mode it takes over any ID of its alphabet. */
export function php(
  { name = 'PHPSESSID', attributes = GOOD, token = true, strict = false } = {} as Choices & {
    strict?: boolean
  },
): Giver {
  const sessions = new Map<string, string>()
  return onPages(({ cookies }) => {
    const came = cookies.get(name) ?? ''
    // PHP drops an ID with one of these, and fails at others that it could not have made.
    if (!strict && !/[\s<>'"\\]/.test(came) && /[^0-9a-zA-Z,-]/.test(came)) return {}
    const isTaken = strict ? sessions.has(came) : /^[0-9a-zA-Z,-]{1,256}$/.test(came)
    const id = isTaken ? came : hex(13)
    if (!sessions.has(id)) sessions.set(id, hex(16))
    return {
      sets: isTaken ? [] : [`${name}=${id}; ${attributes}`],
      fields: token ? hidden('token', sessions.get(id) ?? '') : '',
      headers: { 'cache-control': 'no-store, no-cache, must-revalidate' },
    }
  })
}

/** Servlets: an ID of the container; the token is masked anew in each answer. */
export function java(
  { attributes = GOOD, rewrites = false } = {} as Choices & { rewrites?: boolean },
): Giver {
  const sessions = new Map<string, Buffer>()
  return onPages((visit) => {
    const came = visit.cookies.get('JSESSIONID') ?? fromPath(visit) ?? ''
    const id = sessions.has(came) ? came : hex(16).toUpperCase()
    const secret = sessions.get(id) ?? randomBytes(36)
    sessions.set(id, secret)
    const isNew = id !== came
    return {
      sets: isNew ? [`JSESSIONID=${id}; ${attributes}`] : [],
      fields: hidden('_csrf', masked(secret).toString('base64url')),
      head: isNew && rewrites ? `<a href="/help;jsessionid=${id}">Help</a>` : '',
      headers: { 'cache-control': 'no-store' },
    }
  })

  function fromPath({ at }: Visit): string | undefined {
    return rewrites ? /;jsessionid=(\w+)/.exec(at)?.[1] : undefined
  }
}

/** Rails: the session itself, sealed anew in each answer; the token is masked. */
export function rails({ name = '_shop_session', attributes = GOOD }: Choices = {}): Giver {
  const key = randomBytes(32)
  const sealed = new Map<string, Buffer>()
  return onPages(({ cookies }) => {
    const secret = sealed.get(decodeURIComponent(cookies.get(name) ?? '')) ?? randomBytes(32)
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const text = Buffer.concat([cipher.update(`{"session":"${secret.toString('base64')}"}`), cipher.final()])
    const value = [text, iv, cipher.getAuthTag()].map((part) => part.toString('base64')).join('--')
    sealed.set(value, secret)
    return {
      sets: [`${name}=${encodeURIComponent(value)}; ${attributes}`],
      fields: hidden('authenticity_token', masked(secret).toString('base64')),
    }
  })
}

/** Laravel: session and token in two sealed cookies, both made anew in each answer. */
export function laravel({ attributes = GOOD }: Choices = {}): Giver {
  const sessions = new Map<string, string>()
  const seal = () => {
    const parts = {
      iv: randomBytes(16).toString('base64'),
      value: randomBytes(48).toString('base64'),
      mac: hex(32),
      tag: '',
    }
    return Buffer.from(JSON.stringify(parts)).toString('base64')
  }
  return onPages(({ cookies }) => {
    const token = sessions.get(decodeURIComponent(cookies.get('laravel_session') ?? '')) ?? hex(20)
    const value = seal()
    sessions.set(value, token)
    return {
      sets: [
        `XSRF-TOKEN=${encodeURIComponent(seal())}; Path=/; Max-Age=7200`,
        `laravel_session=${encodeURIComponent(value)}; ${attributes}`,
      ],
      fields: hidden('_token', token),
    }
  })
}

/** ASP.NET: an ID of 24 characters, which is taken over whoever made it. */
export function aspnet({ attributes = GOOD }: Choices = {}): Giver {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz012345'
  return onPages(({ cookies }) => {
    if (/^[a-z0-5]{24}$/.test(cookies.get('ASP.NET_SessionId') ?? '')) return {}
    const id = Array.from(randomBytes(24), (byte) => alphabet[byte % 32]).join('')
    return { sets: [`ASP.NET_SessionId=${id}; ${attributes}`] }
  })
}

/** Flask: the session itself, signed, with the token in it for all to read. */
export function flask({ attributes = GOOD }: Choices = {}): Giver {
  const sign = (data: string) => `${data}.aR2bCw.${mac(data).digest('base64url').slice(0, 27)}`
  return onPages(({ cookies }) => {
    const came = cookies.get('session') ?? ''
    const data = came.split('.')[0] ?? ''
    const isOurs = data !== '' && came === sign(data)
    const made = Buffer.from(JSON.stringify({ csrf_token: hex(20) })).toString('base64url')
    const { csrf_token: token } = JSON.parse(Buffer.from(isOurs ? data : made, 'base64url').toString())
    return {
      sets: isOurs ? [] : [`session=${sign(made)}; ${attributes}`],
      fields: hidden('csrf_token', sign(Buffer.from(JSON.stringify(token)).toString('base64url'))),
    }
  })
}

const DJANGO = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

/** Django: a session in the store, and a guard of forms in a cookie of its own. */
export function django({ attributes = GOOD, session = true } = {} as Choices & { session?: boolean }): Giver {
  const sessions = new Set<string>()
  const text = (length: number) => Array.from(randomBytes(length), (byte) => DJANGO[byte % 62]).join('')
  return onPages(({ cookies }) => {
    const guard = cookies.get('csrftoken') ?? text(32)
    const pad = text(32)
    const shift = (at: number) =>
      DJANGO[(DJANGO.indexOf(guard[at] ?? '') + DJANGO.indexOf(pad[at] ?? '')) % 62]
    const came = cookies.get('sessionid') ?? ''
    const id = text(32).toLowerCase()
    sessions.add(id)
    return {
      sets: [
        ...(cookies.has('csrftoken') ? [] : [`csrftoken=${guard}; Path=/; SameSite=Lax`]),
        ...(!session || sessions.has(came) ? [] : [`sessionid=${id}; ${attributes}`]),
      ],
      fields: hidden('csrfmiddlewaretoken', pad + Array.from(guard, (_, at) => shift(at)).join('')),
    }
  })
}

/** An ID of the site's own making, which its store knows. */
export function stored({
  name = 'tide',
  attributes = GOOD,
  token = false,
  makeId = () => hex(16),
}: Choices = {}): Giver {
  const sessions = new Map<string, string>()
  return onPages(({ cookies }) => {
    const came = cookies.get(name) ?? ''
    const id = sessions.has(came) ? came : makeId()
    if (!sessions.has(id)) sessions.set(id, hex(16))
    return {
      sets: id === came ? [] : [`${name}=${id}; ${attributes}`],
      fields: token ? hidden('once', sessions.get(id) ?? '') : '',
    }
  })
}
