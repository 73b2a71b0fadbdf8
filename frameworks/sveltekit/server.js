// `npm start` after `npm run build`. adapter-node takes for granted that browsers come by https, and compares that with
// the Origin of forms; a proxy that ends TLS in front says what it is. This one stands alone, so it says it by itself.
import { createServer } from 'node:http'

process.env.PROTOCOL_HEADER = 'x-forwarded-proto'
const { handler } = await import('./build/handler.js')

const server = createServer((req, res) => {
  req.headers['x-forwarded-proto'] = 'http'
  handler(req, res, () => res.writeHead(404).end())
})
server.listen(Number(process.env.PORT ?? 3001), process.env.HOST ?? '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port} (sign in as alice)`)
})
process.on('SIGTERM', () => process.exit())
