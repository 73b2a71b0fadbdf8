import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type CrossOriginOptions, createSessions, memoryStore } from 'latchkey'
import { nodeSession, nodeUpgrade } from 'latchkey/node'
import { WebSocketServer } from 'ws'
import { type NginxServer, startNginx } from '../../../servers/nginx.ts'
import { freePort, host } from '../../../servers/ports.ts'
import type { Browser } from '../browser.ts'
import type { Cases } from '../case.ts'
import { certificate, newHost } from '../site.ts'

// A proxy sends a Host of its own unless it is told otherwise, and no browser's Origin is that one (decisions/0023).

/** Shows a page, takes a POST, and opens a WebSocket to whoever may. */
async function startUpstream(t: TestContext, port: number, crossOrigin: CrossOriginOptions): Promise<void> {
  const sessions = createSessions({ store: memoryStore(), crossOrigin })
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer(
    nodeSession(sessions, (_req, res) => {
      res.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html>behind')
    }),
  ).on(
    'upgrade',
    nodeUpgrade(sessions, (req, socket, head) =>
      sockets.handleUpgrade(req, socket, head, (each) => each.close()),
    ),
  )
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await sessions.close()
  })
}

async function startProxy(
  t: TestContext,
  { scheme }: Browser,
  upstreams: Readonly<Record<string, { readonly port: number; readonly sends?: string }>>,
): Promise<NginxServer> {
  const { key, cert } = await certificate()
  const locations = Object.entries(upstreams).map(
    ([name, { port, sends }]) => `location /${name}/ {
      proxy_pass http://127.0.0.1:${port};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      ${sends ? `proxy_set_header Host ${sends};` : ''}
    }`,
  )
  const nginx = await startNginx({
    config(port, folder) {
      writeFileSync(join(folder, 'key.pem'), key, { mode: 0o600 })
      writeFileSync(join(folder, 'cert.pem'), cert)
      const tls = `ssl_certificate ${folder}/cert.pem; ssl_certificate_key ${folder}/key.pem;`
      return `map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
        server { listen 127.0.0.1:${port}${scheme === 'https' ? ' ssl' : ''}; ${scheme === 'https' ? tls : ''}
        ${locations.join('\n')} }`
    },
  })
  t.after(() => nginx.stop())
  return nginx
}

export const proxyCases: Cases = {
  async 'behind a proxy, our own page posts and opens a WebSocket where Host is kept, or its origin is trusted'(
    t,
    browser,
  ) {
    const [plain, trusted] = [await freePort(), await freePort()]
    const nginx = await startProxy(t, browser, {
      kept: { port: plain, sends: '$http_host' },
      changed: { port: plain },
      trusted: { port: trusted },
    })
    const url = `${browser.scheme}://${newHost()}:${nginx.port}`
    await startUpstream(t, plain, {})
    await startUpstream(t, trusted, { trustedOrigins: [url] })
    await browser.open(`${url}/kept/`)
    await browser.shows('behind')
    const attempts = (name: string) =>
      browser.evaluate<unknown[]>(`Promise.all([
        fetch('/${name}/', { method: 'POST' }).then(({ status }) => status),
        new Promise((resolve) => {
          const socket = new WebSocket(location.origin.replace('http', 'ws') + '/${name}/socket')
          socket.onopen = () => resolve('opened')
          socket.onerror = () => resolve('refused')
        }),
      ])`)
    assert.deepEqual(await attempts('kept'), [200, 'opened'])
    assert.deepEqual(await attempts('changed'), [403, 'refused'])
    assert.deepEqual(await attempts('trusted'), [200, 'opened'])
  },
}
