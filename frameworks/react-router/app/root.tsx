import type { ReactNode } from 'react'
import { isRouteErrorResponse, Link, Links, Meta, Outlet, Scripts } from 'react-router'
import type { Route } from './+types/root'
import { session } from './session.server'

export const middleware = session.middleware

// Runs beside each page's own loader, and at every navigation.
export const loader = ({ context }: Route.LoaderArgs) => ({ userId: session(context).userId })

export function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <Scripts />
      </body>
    </html>
  )
}

export default function Root({ loaderData }: Route.ComponentProps) {
  return (
    <>
      <nav>
        <Link to="/">Home</Link>{' '}
        <Link to="/account" prefetch="intent">
          Your account
        </Link>
      </nav>
      <p>{loaderData.userId ? `Signed in as ${loaderData.userId}.` : 'Nobody is signed in.'}</p>
      <Outlet />
    </>
  )
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  const [status, text] = isRouteErrorResponse(error)
    ? [error.status, error.data]
    : [500, 'Something went wrong.']
  return (
    <>
      <h1>{status}</h1>
      <p>{text}</p>
    </>
  )
}
