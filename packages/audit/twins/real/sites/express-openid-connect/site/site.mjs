// Express and express-openid-connect, with its sessions in a store on the server: a shop whose visitors have a basket.
import express from 'express'
import openid from 'express-openid-connect'
import memorystore from 'memorystore'

const { TWIN_PORT, TWIN_SECRET, TWIN_PROVIDER } = process.env
const { auth, requiresAuth } = openid

const app = express()
app.disable('x-powered-by')
app.use(
  auth({
    issuerBaseURL: TWIN_PROVIDER,
    baseURL: `http://127.0.0.1:${TWIN_PORT}`,
    clientID: 'shop',
    clientSecret: TWIN_SECRET,
    secret: TWIN_SECRET,
    authRequired: false,
    authorizationParams: { response_type: 'code', response_mode: 'query', scope: 'openid profile' },
    session: { store: new (memorystore(auth))({ checkPeriod: 24 * 3600_000 }) },
  }),
)
app.use(express.urlencoded({ extended: false }))

const page = (title, body) =>
  `<!doctype html><html lang="en"><title>${title}</title><body>${body}</body></html>`

app.get('/', (req, res) => {
  const basket = req.appSession.basket ?? []
  req.appSession.basket = basket
  res.send(
    page(
      'Lamps',
      `<h1>Lamps</h1><p>${basket.length} in your basket</p>
      <form method="post" action="/basket"><input name="lamp" value="desk"><button>Into the basket</button></form>
      <a href="/login">Sign in</a>`,
    ),
  )
})

app.post('/basket', (req, res) => {
  req.appSession.basket = [...(req.appSession.basket ?? []), String(req.body.lamp)]
  res.redirect('/')
})

app.get('/orders', requiresAuth(), (req, res) => {
  res.set('Cache-Control', 'no-store')
  res.send(page('Orders', `<h1>Orders of ${req.oidc.user.name}</h1><a href="/logout">Sign out</a>`))
})

app.listen(Number(TWIN_PORT), '127.0.0.1')
