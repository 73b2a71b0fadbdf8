import { auth0 } from './lib/auth0.js'

export function middleware(request) {
  return auth0.middleware(request)
}

// As the package's readme has it.
export const config = { matcher: ['/((?!_next/static|_next/image|favicon.ico|sitemap.xml|robots.txt).*)'] }
