// `npm start` after `npm run build`: static files by React Router's build, all else by React Router.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join, normalize } from 'node:path'
import { createRequestListener } from '@react-router/node'

const files = join(import.meta.dirname, 'build/client')
const build = await import('./build/server/index.js')
const listener = createRequestListener({ build, mode: 'production' })

const server = createServer(async (req, res) => {
  const path = join(files, normalize(new URL(req.url ?? '/', 'http://own.invalid').pathname))
  if (!path.startsWith(join(files, 'assets')) || !(await stat(path).catch(() => null)))
    return listener(req, res)
  const type = path.endsWith('.js') ? 'text/javascript' : 'application/octet-stream'
  res.writeHead(200, { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' })
  createReadStream(path).pipe(res)
})
server.listen(Number(process.env.PORT ?? 3001), process.env.HOST ?? '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port} (sign in as alice)`)
})
