import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { generate } from 'selfsigned'
import type { Running } from '../twin.ts'
import type { ChangeableAccount } from './account.ts'
import { HOST, teachHost } from './names.ts'
import { recorded, type Visit } from './recorder.ts'

export interface ListenOptions {
  /** With a self-signed certificate, and under {@link HOST}: browsers keep HSTS for names only. */
  readonly https?: boolean | undefined
  /** Where the app's password can be changed: the account, to see whether it was changed back. */
  readonly account?: ChangeableAccount
  /** Plain http under {@link HOST}, as on a network. */
  readonly named?: boolean
  /** Takes the connections that a client wants for a WebSocket. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/** Serves an app on a free port of 127.0.0.1, whatever name its address has. */
export async function listen(app: RequestListener, options: ListenOptions = {}): Promise<Running> {
  const named = options.https === true || options.named === true
  if (named) teachHost()
  const record: Visit = { issued: new Set(), deleted: false, requests: 0 }
  const handler = recorded(app, record)
  const server = options.https ? createSecureServer(await certificate(), handler) : createServer(handler)
  const upgraded = new Set<Duplex>()
  const { upgrade } = options
  if (upgrade) {
    server.on('upgrade', (request, socket, head) => {
      upgraded.add(socket)
      upgrade(request, socket, head)
    })
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `${options.https ? 'https' : 'http'}://${named ? HOST : '127.0.0.1'}:${port}`,
    issued: () => [...record.issued],
    deleted: () => record.deleted,
    requests: () => record.requests,
    passwordIsBack: () => options.account?.isAsBefore() !== false,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
        // Those the server does not count among its own.
        for (const socket of upgraded) socket.destroy()
      }),
  }
}

let shared: Promise<{ key: string; cert: string }> | undefined

/** One self-signed certificate per process, for the twins' name and 127.0.0.1. */
function certificate(): Promise<{ key: string; cert: string }> {
  shared ??= generate([{ name: 'commonName', value: HOST }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: HOST },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  }).then((made) => ({ key: made.private, cert: made.cert }))
  return shared
}
