import { session } from './lib/session'

export const proxy = session.proxy()

export const config = {
  matcher: [
    {
      source: '/((?!_next/static|_next/image|favicon.ico).*)',
      // What the router only prefetches is no sign of a user.
      missing: [{ type: 'header', key: 'next-router-prefetch' }],
    },
  ],
}
