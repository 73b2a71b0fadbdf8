import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { realPort } from '../serve/ports.ts'

export interface Proxy {
  readonly url: string
  close(): Promise<void>
}

/** Takes every name for this machine, so that a program of its own finds sites under names that no resolver knows. */
export async function loopbackProxy(): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const server = createServer((incoming, response) => {
    const { hostname, port: named, pathname, search } = new URL(incoming.url ?? '/', 'http://localhost')
    const port = realPort(hostname, Number(named || 80))
    const { method, headers } = incoming
    const onwards = request(
      { host: '127.0.0.1', port, path: pathname + search, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        pipeline(answer, response, () => {})
      },
    )
    onwards.on('error', () => response.destroy())
    pipeline(incoming, onwards, () => {})
  })
  server.on('connect', (incoming, socket: Socket) => {
    const [, host = '', named] = /^(.*):(\d+)$/.exec(incoming.url ?? '') ?? []
    const port = realPort(host, Number(named))
    const onwards = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 Connected\r\n\r\n'))
    for (const one of [socket, onwards]) sockets.add(one)
    pipeline(socket, onwards, socket, () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
