import type { RequestListener } from 'node:http'
import { publicHeaders } from 'latchkey/testing'
import type { nodeSession } from '../node.ts'
import { type Served, theme } from './served.test-helper.ts'

/** The application of the adapter laws on node:http. */
export function nodeApplication(
  adapter: typeof nodeSession,
  ...[sessions, handler, options]: Served
): RequestListener {
  return adapter(
    sessions,
    async (req, res, session) => {
      const path = (req.url ?? '/').split('?')[0] ?? ''
      if (path.startsWith('/early/')) {
        res.write('.')
        return void res.end(await handler(session, path).catch(({ code }) => code))
      }
      const body = await handler(session, path)
      if (path.startsWith('/public/'))
        return void res.writeHead(200, { ...publicHeaders, 'set-cookie': theme }).end(body)
      res.appendHeader('set-cookie', theme)
      res.end(body)
    },
    { onError: () => undefined, ...options },
  )
}
