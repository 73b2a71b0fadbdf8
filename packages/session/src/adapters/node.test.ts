import { test } from 'node:test'
import { adapterLaws } from '../testing/index.ts'
import { nodeSession } from './node.ts'
import { serve } from './serve.test-helper.ts'

const laws = adapterLaws({
  serve: (sessions, handler, options) =>
    serve(
      nodeSession(
        sessions,
        async (req, res, session) => {
          res.appendHeader('set-cookie', 'theme=dark; Path=/')
          res.end(await handler(session, (req.url ?? '/').split('?')[0] ?? ''))
        },
        { onError: () => undefined, ...options },
      ),
    ),
})

for (const law of laws) test(law.name, law.run)
