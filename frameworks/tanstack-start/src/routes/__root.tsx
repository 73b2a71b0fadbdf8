import { createRootRoute, HeadContent, Link, Outlet, Scripts } from '@tanstack/react-router'

export const Route = createRootRoute({ component: Root })

function Root() {
  return (
    <html lang="en">
      <head>
        <HeadContent />
      </head>
      <body>
        <nav>
          <Link to="/">Home</Link>{' '}
          <Link to="/account" preload="intent">
            Your account
          </Link>
        </nav>
        <Outlet />
        <Scripts />
      </body>
    </html>
  )
}
