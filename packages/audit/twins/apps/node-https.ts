import type { RequestListener } from 'node:http'
import { listen } from '../serve/listen.ts'
import { DOMAIN, teachHost } from '../serve/names.ts'
import { teachPort } from '../serve/ports.ts'
import type { Running } from '../twin.ts'
import { smallSite } from './node-small.ts'

export interface HttpsSite {
  /** The same site answers over http too, and the cookie goes there. */
  readonly fault: 'downgrade' | null
}

/** Plain node:https at 443 of a name, and node:http at 80: the one way in that both have the same sessions by. */
export async function httpsSite({ fault }: HttpsSite): Promise<Running> {
  const host = `${fault ?? 'sound'}.${DOMAIN}`
  const app = smallSite({
    cookie: fault === null ? '__Host-moor' : 'moor',
    attributes: `Path=/; ${fault === null ? 'Secure; ' : ''}HttpOnly; SameSite=Lax`,
    headers: { 'Strict-Transport-Security': 'max-age=31536000' },
  })
  const toHttps: RequestListener = (request, response) => {
    response.writeHead(308, { Location: `https://${host}${request.url}` }).end()
  }
  const [secure, plain] = await Promise.all([
    listen(app, { https: true }),
    listen(fault === null ? toHttps : app),
  ])
  teachHost(host)
  teachPort(host, 443, Number(new URL(secure.url).port))
  teachPort(host, 80, Number(new URL(plain.url).port))
  return {
    ...secure,
    url: `https://${host}`,
    issued: () => [...secure.issued(), ...plain.issued()],
    deleted: () => secure.deleted() || plain.deleted(),
    requests: () => (secure.requests?.() ?? 0) + (plain.requests?.() ?? 0),
    close: async () => void (await Promise.all([secure.close(), plain.close()])),
  }
}
