import { Form, redirect } from 'react-router'
import { session } from '../session.server'
import type { Route } from './+types/account'

export function loader({ context }: Route.LoaderArgs) {
  const own = session(context)
  // A page that is loaded would also be led there by requireUser(); a navigation by script would be shown a 401.
  if (!own.userId) throw redirect('/login', 303)
  return { user: own.userId, note: own.get('note') ?? '', role: own.get('role') ?? 'user' }
}

export default function Account({ loaderData: { user, note, role } }: Route.ComponentProps) {
  return (
    <>
      <title>Your account</title>
      <h1>Your account</h1>
      <p>
        Account of {user}, role {role}.
      </p>
      <Form method="post" action="/note">
        <label>
          A note kept in the session <input name="note" defaultValue={note} />
        </label>
        <button type="submit">Keep</button>
      </Form>
      <Form method="post" action="/become-admin">
        <button type="submit">Become an administrator</button>
      </Form>
      {/* No Form of React Router's: a page is loaded then, and this one goes with all that it has in its source. */}
      <form method="post" action="/logout">
        <button type="submit">Sign out</button>
      </form>
    </>
  )
}
