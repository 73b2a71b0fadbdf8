import { Auth0Client } from '@auth0/nextjs-auth0/server'

const { TWIN_PORT, TWIN_PROVIDER, TWIN_SECRET } = process.env

export const auth0 = new Auth0Client({
  domain: TWIN_PROVIDER?.replace('https://', ''),
  clientId: 'calendar',
  clientSecret: TWIN_SECRET,
  appBaseUrl: `http://127.0.0.1:${TWIN_PORT}`,
  secret: TWIN_SECRET,
  signInReturnToPath: '/account',
  enableTelemetry: false,
})
