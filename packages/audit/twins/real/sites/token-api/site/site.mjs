// Express, and a single-page app's endpoints: an RS256 token in the Authorization header, its key published for others.
// What makes and verifies the tokens is in tokens.mjs.
import { randomUUID } from 'node:crypto'
import express from 'express'
import { publicKey } from './keys.mjs'
import { claimsOf, issued } from './tokens.mjs'

const { TWIN_USERNAME, TWIN_PASSWORD, TWIN_NAME, TWIN_PORT } = process.env
const ended = new Set()

const app = express()
app.disable('x-powered-by')
app.use(express.json(), (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
})

app.get('/', (_req, res) => res.send('<!doctype html><title>Tides</title><div id="app"></div>'))

app.get('/.well-known/jwks.json', (_req, res) =>
  res.json({ keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] }),
)

app.post('/api/login', async (req, res) => {
  const { username, password } = req.body ?? {}
  if (username !== TWIN_USERNAME || password !== TWIN_PASSWORD)
    return res.status(401).json({ error: 'Wrong name or password' })
  const iat = Math.floor(Date.now() / 1000)
  const token = await issued({ sub: TWIN_USERNAME, iat, exp: iat + 15 * 60, jti: randomUUID() })
  res.json({ token })
})

app.use('/api', async (req, res, next) => {
  const token = /^Bearer (.+)$/.exec(req.get('Authorization') ?? '')?.[1] ?? ''
  const claims = await claimsOf(token).catch(() => null)
  const isGood = claims?.sub === TWIN_USERNAME && claims.exp * 1000 > Date.now() && !ended.has(claims.jti)
  if (!isGood) return res.status(401).json({ error: 'Sign in first' })
  res.locals.claims = claims
  next()
})

app.get('/api/me', (_req, res) => res.json({ user: TWIN_USERNAME, name: TWIN_NAME }))

app.post('/api/logout', (_req, res) => {
  ended.add(res.locals.claims.jti)
  res.json({ ok: true })
})

app.listen(Number(TWIN_PORT), '127.0.0.1')
