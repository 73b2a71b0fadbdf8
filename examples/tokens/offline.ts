// Lets in the tokens of issuer.ts and asks nobody about them: node examples/tokens/offline.ts
// A token that was given out before a logout is let in until it expires, five minutes at most.
import { createServer } from 'node:http'
import { createTokenGuard, nodeGuard } from 'latchkey/tokens'
import { audience, issuer, issuerUrl, servicePort } from './agreed.ts'
import { announceService } from './announce.ts'

const guard = createTokenGuard({
  issuer,
  audience,
  jwksUrl: `${issuerUrl}/.well-known/jwks.json`,
  revocations: 'offline',
})
// No page of another origin can call it: there is no CORS, and a browser sends Authorization nowhere without.
const listener = nodeGuard(
  guard,
  (_req, res, token) => {
    res.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    res.end(JSON.stringify({ user: token.userId, orders: ['tea'] }))
  },
  { scope: ['orders:read'] },
)
const server = createServer(listener).listen(servicePort, '127.0.0.1', () => announceService(server))
