import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Several servers as one site, by the start of the path: the last one that fits. */
export async function startGateway(servers: Readonly<Record<string, string>>) {
  const gateway = createServer((req, res) => {
    const target = Object.entries(servers).findLast(([start]) => req.url?.startsWith(start))?.[1]
    const { method, headers } = req
    const upstream = request(new URL(req.url ?? '/', target), { method, headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(res)
    })
    upstream.on('error', () => res.destroy())
    req.pipe(upstream)
  }).listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  return {
    url: `http://localhost:${(gateway.address() as AddressInfo).port}`,
    async stop() {
      gateway.closeAllConnections()
      await new Promise((resolve) => gateway.close(resolve))
    },
  }
}
