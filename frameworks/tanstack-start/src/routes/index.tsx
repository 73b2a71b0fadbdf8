import { createFileRoute } from '@tanstack/react-router'
import { createServerFn } from '@tanstack/react-start'

const me = createServerFn().handler(({ context }) => ({ userId: context.session.userId }))

export const Route = createFileRoute('/')({ loader: () => me(), component: Home })

function Home() {
  const { userId } = Route.useLoaderData()
  return (
    <>
      <h1>TanStack Start example</h1>
      {userId ? (
        <p>Signed in as {userId}.</p>
      ) : (
        <p>
          Nobody is signed in. <a href="/login">Sign in</a>
        </p>
      )}
    </>
  )
}
