import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto'
import { masked } from './visitor-sessions.ts'
import { type Giver, hidden, onPages } from './visitor-site.ts'

/** Cookies that are no session, though several look like one. Scripts may read them all. */

const mac = (text: string) => createHmac('sha256', 'k').update(text).digest('base64url')
const b64 = (text: string) => Buffer.from(text).toString('base64url')

/** Given to whoever has none, and never looked at. */
const kept = (name: string, make: () => string): Giver =>
  onPages(({ cookies }) => (cookies.has(name) ? {} : { sets: [`${name}=${make()}; Path=/`] }))

/** Given to whoever has none that was signed here. */
const signed = (name: string, make: () => string, sign: (text: string) => string): Giver =>
  onPages(({ cookies }) => {
    const came = decodeURIComponent(cookies.get(name) ?? '')
    const id = /^(?:s:)?(.+)\.[^.]+$/s.exec(came)?.[1] ?? ''
    return came !== '' && came === sign(id)
      ? {}
      : { sets: [`${name}=${encodeURIComponent(sign(make()))}; Path=/`] }
  })

/** The page shows what the value puts its visitor into. */
function experiment(form: RegExp): Giver {
  return onPages(({ cookies }) => {
    const came = cookies.get('exp') ?? ''
    const id = form.test(came) ? came : randomUUID()
    const variant = (createHash('sha256').update(id).digest()[0] ?? 0) % 2
    const name = createHash('md5').update(`variant ${variant}`).digest('hex')
    return { sets: id === came ? [] : [`exp=${id}; Path=/`], fields: hidden('variant', name) }
  })
}

/** The form repeats the cookie. */
function doubleSubmit(name: string): Giver {
  return onPages(({ cookies }) => {
    const token = cookies.get(name) ?? randomBytes(16).toString('hex')
    return { sets: cookies.has(name) ? [] : [`${name}=${token}; Path=/`], fields: hidden('_csrf', token) }
  })
}

/** The cookie is signed and holds the secret, the form has it masked: as gorilla/csrf, under another name. */
function signedGuard(): Giver {
  return onPages(({ cookies }) => {
    const seal = (secret: string) => b64(`1764400000|${b64(JSON.stringify(secret))}|${mac(secret)}`)
    const came = cookies.get('form_guard') ?? ''
    const [, inner = ''] = Buffer.from(came, 'base64url').toString().split('|')
    const readable = /"(.*)"/.exec(Buffer.from(inner, 'base64url').toString())?.[1] ?? ''
    const isOurs = readable !== '' && came === seal(readable)
    const secret = isOurs ? readable : randomBytes(32).toString('base64')
    return {
      sets: isOurs ? [] : [`form_guard=${seal(secret)}; Path=/`],
      fields: hidden('guard', masked(Buffer.from(secret, 'base64')).toString('base64')),
    }
  })
}

/** The form has a keyed hash of whatever the cookie holds: nothing is remembered. */
function hashedGuard(form: RegExp): Giver {
  return onPages(({ cookies }) => {
    const came = cookies.get('login_request') ?? ''
    const id = form.test(came) ? came : randomBytes(16).toString('hex')
    const sets = id === came ? [] : [`login_request=${id}; Path=/`]
    return { sets, fields: hidden('request_token', `1764400000-${mac(id)}`) }
  })
}

/** csurf: a secret in the cookie, salted hashes of it in the forms. */
function saltedGuard(): Giver {
  return onPages(({ cookies }) => {
    const secret = cookies.get('guard') ?? randomBytes(18).toString('base64url')
    const salt = randomBytes(6).toString('base64url')
    const hash = createHash('sha1').update(`${salt}-${secret}`).digest('base64url')
    return {
      sets: cookies.has('guard') ? [] : [`guard=${secret}; Path=/`],
      fields: hidden('_csrf', `${salt}-${hash}`),
    }
  })
}

/** A balancer with many servers, one after the other; an unknown one is replaced. */
function balancer(): Giver {
  const servers = Array.from({ length: 40 }, () => randomBytes(16).toString('hex'))
  let next = 0
  return ({ cookies }) => {
    if (servers.includes(cookies.get('SRV') ?? '')) return {}
    next += 1
    return { sets: [`SRV=${servers[next % servers.length]}; Path=/`] }
  }
}

/** A guard against robots before the site: opaque, kept in its list, replaced when unknown; it comes with everything. */
function robots(): Giver {
  const passes = new Set<string>()
  return ({ cookies }) => {
    if (passes.has(cookies.get('pass') ?? '')) return {}
    const made = randomBytes(16).toString('hex')
    passes.add(made)
    return { sets: [`pass=${made}; Path=/; Max-Age=1800`] }
  }
}

/** Laravel seals each of its cookies anew. */
function sealedLanguage(): Giver {
  return onPages(() => ({
    sets: [
      `locale=${encodeURIComponent(b64(JSON.stringify({ iv: randomUUID(), value: randomUUID(), mac: mac(randomUUID()) })))}; Path=/`,
    ],
  }))
}

/** By what they are for. */
export const OTHERS: Readonly<Record<string, Giver>> = {
  theme: kept('theme', () => 'dark'),
  language: kept('lang', () => 'en-GB'),
  consent: kept('consent', () => `v2.${Date.now()}`),
  analytics: kept('_pk_id', () => `${randomBytes(8).toString('hex')}.${Date.now()}`),
  'a visitor’s number': kept('visitor', () => randomUUID()),
  'session_preferences, a name that lies': kept('session_id', () => randomUUID()),
  experiment: experiment(/./),
  'experiment, checked': experiment(/^[0-9a-f-]{36}$/),
  'double submit': doubleSubmit('XSRF-TOKEN'),
  'double submit under another name': doubleSubmit('t'),
  'double submit, signed and masked': signedGuard(),
  'double submit, hashed': hashedGuard(/./),
  'double submit, hashed and checked': hashedGuard(/^[0-9a-f]{32}$/),
  'double submit, salted': saltedGuard(),
  balancer: balancer(),
  'robots, listed': robots(),
  'robots, signed': signed(
    'pass',
    () => `${randomBytes(16).toString('hex')}.${Date.now()}`,
    (text) => `${text}.${mac(text)}`,
  ),
  'a signed number': signed(
    'vid',
    () => randomUUID(),
    (text) => `s:${text}.${createHmac('sha256', 'k').update(text).digest('base64').replace(/=+$/, '')}`,
  ),
  'a sealed language': sealedLanguage(),
}
