import { createFileRoute, redirect } from '@tanstack/react-router'
import { createServerFn } from '@tanstack/react-start'

const account = createServerFn().handler(({ context: { session } }) => {
  if (!session.userId) throw redirect({ to: '/login' })
  return { user: session.userId, note: session.get('note') ?? '', role: session.get('role') ?? 'user' }
})

export const Route = createFileRoute('/account')({ loader: () => account(), component: Account })

function Account() {
  const { user, note, role } = Route.useLoaderData()
  return (
    <>
      <h1>Your account</h1>
      <p>
        Signed in as {user}, role {role}.
      </p>
      <form method="post" action="/note">
        <label>
          A note kept in the session <input name="note" defaultValue={note} />
        </label>
        <button type="submit">Keep</button>
      </form>
      <form method="post" action="/become-admin">
        <button type="submit">Become an administrator</button>
      </form>
      <form method="post" action="/logout">
        <button type="submit">Sign out</button>
      </form>
    </>
  )
}
