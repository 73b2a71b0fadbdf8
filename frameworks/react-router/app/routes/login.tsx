import { data, Form, redirect } from 'react-router'
import { authenticate } from '../accounts.server'
import { session } from '../session.server'
import type { Route } from './+types/login'

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  const userId = await authenticate(String(form.get('username')), String(form.get('password')))
  if (!userId) return data('Wrong user name or password.', 401)
  await session(context).login(userId)
  return redirect('/account', 303)
}

export default function Login({ actionData }: Route.ComponentProps) {
  return (
    <>
      <title>Sign in</title>
      <h1>Sign in</h1>
      <p role="alert">{actionData}</p>
      <Form method="post">
        <label>
          User name <input name="username" autoComplete="username" required />
        </label>
        <label>
          Password <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button type="submit">Sign in</button>
      </Form>
    </>
  )
}
