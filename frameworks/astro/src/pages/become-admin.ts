import type { APIRoute } from 'astro'

export const POST: APIRoute = async ({ locals: { session }, redirect }) => {
  session.requireUser()
  await session.set('role', 'admin')
  await session.regenerate() // other privileges, another token
  return redirect('/account', 303)
}
