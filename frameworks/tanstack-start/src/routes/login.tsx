import { createFileRoute } from '@tanstack/react-router'
import { authenticate } from '../server/accounts'

export const Route = createFileRoute('/login')({
  component: Login,
  server: {
    handlers: {
      async POST({ request, context }) {
        const form = await request.formData()
        const userId = await authenticate(String(form.get('username')), String(form.get('password')))
        if (!userId) return new Response('Wrong user name or password.', { status: 401 })
        await context.session.login(userId)
        return new Response(null, { status: 303, headers: { location: '/account' } })
      },
    },
  },
})

function Login() {
  return (
    <>
      <h1>Sign in</h1>
      <form method="post" action="/login">
        <label>
          User name <input name="username" autoComplete="username" required />
        </label>
        <label>
          Password <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button type="submit">Sign in</button>
      </form>
    </>
  )
}
