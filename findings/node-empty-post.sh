#!/usr/bin/env bash
# A POST without a body: with its headers as an object Node says that it is empty, with the same headers as an array it sends
# an empty body in chunks, which Fastify refuses and Express takes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund fastify@5.12.8 express@5.3.0 >install.log || { cat install.log; exit 1; }

cat >finding.mjs <<'FINDING'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import express from 'express'
import fastify from 'fastify'

const heard = []
const servers = {
  fastify: async () => {
    const app = fastify()
    app.addHook('onRequest', async ({ headers }) => void heard.push(headers))
    app.post('/logout', async () => 'out')
    await app.ready()
    return app.server
  },
  express: async () => {
    const app = express()
    app.post('/logout', express.json(), (_request, response) => response.send('out'))
    return createServer(app)
  },
}

async function post(port, headers) {
  const sent = request({ port, host: '127.0.0.1', method: 'POST', path: '/logout', agent: false, headers })
  sent.end()
  const [answer] = await once(sent, 'response')
  answer.resume()
  await once(answer, 'end')
  return answer.statusCode
}

const seen = []
for (const [name, start] of Object.entries(servers)) {
  const server = await start()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  const byObject = await post(port, { host: 'x', accept: '*/*' })
  const byArray = await post(port, ['host', 'x', 'accept', '*/*'])
  console.log(`${name}: headers as an object ${byObject}, as an array ${byArray}`)
  seen.push(`${name} ${byObject} ${byArray}`)
  server.close()
}
const framing = heard.map((headers) => headers['transfer-encoding'] ?? `content-length: ${headers['content-length']}`)
console.log(`what came: ${framing.join(' and ')}`)
const expected = 'fastify 200 415, express 200 200; content-length: 0, chunked'
if (`${seen.join(', ')}; ${framing.join(', ')}` !== expected) {
  console.error(`This has changed. Before it was: ${expected}`)
  process.exitCode = 1
}
FINDING
echo "node $(node --version)"
npm ls --depth 0 | tail -n +2
node finding.mjs
