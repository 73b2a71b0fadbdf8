import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { AuditOptions } from '../../options/options.ts'
import { guardedLookup, lookup } from '../address.ts'
import { hostOf } from '../host.ts'
import { sendHeld } from './held-body.ts'
import { expectHead, hasHeard } from './lenient.ts'
import { readLimited } from './read-limited.ts'
import { readStream, type Tap } from './read-stream.ts'

export interface RawRequest {
  readonly url: URL
  readonly method: string
  /** In the order and the case in which they are sent. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer | null
  readonly signal: AbortSignal
  /** The last byte of the body leaves only then. */
  readonly until?: Promise<void>
  /** Takes the bytes of the answer as they come, until then. */
  readonly tap?: Tap
}

export interface RawAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly bytes: Buffer
}

/** What Chromium takes. */
const HEADER_LIMIT = 256 * 1024

/** Connections that are kept open, as one browser keeps them. */
export class Client {
  readonly #plain: http.Agent
  readonly #secure: https.Agent

  constructor(options: AuditOptions) {
    const resolver = options.allowAddress ? guardedLookup(options.allowAddress) : lookup
    const common = { keepAlive: true, lookup: resolver }
    this.#plain = new http.Agent(common)
    this.#secure = new https.Agent({ ...common, rejectUnauthorized: options.insecure !== true })
  }

  async request(request: RawRequest): Promise<RawAnswer> {
    for (;;) {
      const { outgoing, answer } = this.#send(request)
      try {
        const incoming = await answer
        return {
          status: incoming.statusCode ?? 0,
          headers: pairs(incoming.rawHeaders),
          bytes: await read(incoming, request),
        }
      } catch (error) {
        if (request.signal.aborted) throw request.signal.reason
        if (!isStale(outgoing, error)) throw error
      }
    }
  }

  close(): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }

  #send({ url, method, headers, body, signal, until, tap }: RawRequest) {
    const secure = url.protocol === 'https:'
    const isHeld = until !== undefined && body !== null
    const outgoing = (secure ? https : http).request({
      agent: secure ? this.#secure : this.#plain,
      host: hostOf(url),
      port: url.port === '' ? (secure ? 443 : 80) : url.port,
      path: url.pathname + url.search,
      method,
      headers: headers.flat(),
      insecureHTTPParser: true,
      maxHeaderSize: HEADER_LIMIT,
      ...(isHeld ? {} : { signal }),
    })
    const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
      outgoing.on('socket', expectHead).on('response', resolve).on('error', reject)
      if (tap) {
        outgoing.on('upgrade', (incoming, socket: Socket, head) => {
          socket.unshift(head)
          upgraded.set(incoming, socket)
          resolve(incoming)
        })
      }
    })
    if (isHeld) sendHeld(outgoing, { body, until, signal })
    else outgoing.end(body ?? undefined)
    return { outgoing, answer }
  }
}

/** What was made of a connection by 101 comes by its socket. */
const upgraded = new WeakMap<http.IncomingMessage, Socket>()

function read(incoming: http.IncomingMessage, { tap, until }: RawRequest): Promise<Buffer> {
  if (tap && until) return readStream(upgraded.get(incoming) ?? incoming, tap, until)
  return readLimited(incoming)
}

/** A server that closes an idle connection may do so just as it is used again: browsers then ask once more. */
function isStale(outgoing: http.ClientRequest, error: unknown): boolean {
  const { code = '' } = error as { code?: string }
  const lost = code === 'ECONNRESET' || code === 'EPIPE'
  return outgoing.reusedSocket && lost && !hasHeard(outgoing.socket as Socket)
}

function pairs(raw: readonly string[]): [name: string, value: string][] {
  const found: [string, string][] = []
  for (let at = 0; at + 1 < raw.length; at += 2)
    found.push([(raw[at] ?? '').toLowerCase(), raw[at + 1] ?? ''])
  return found
}
