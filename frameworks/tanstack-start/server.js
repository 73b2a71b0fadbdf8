// `npm start` after `npm run build`: static files by the build, all else by TanStack Start.
import { serve } from 'srvx'
import { staticMiddleware } from 'srvx/static'
import built from './dist/server/server.js'

const server = serve({
  fetch: (request) => built.fetch(request),
  middleware: [staticMiddleware({ dir: 'dist/client' })],
  port: Number(process.env.PORT ?? 3001),
  hostname: process.env.HOST ?? '127.0.0.1',
  silent: true,
})
await server.ready()
console.log(`${server.url?.replace(/\/$/, '')} (sign in as alice)`)
