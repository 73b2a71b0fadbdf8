import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** A site as it is from far away: each request reaches it only after a while. */
export interface Far {
  readonly url: string
  close(): Promise<void>
}

/** Stands before a site on loopback and passes everything on, `milliseconds` later. */
export async function slowly(near: string, milliseconds: number): Promise<Far> {
  const server = createServer(async (incoming, outgoing) => {
    await wait(milliseconds)
    const { method, url = '/', headers } = incoming
    const onward = request(new URL(url, near), { method: method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
