import type { APIRoute } from 'astro'

export const POST: APIRoute = async ({ request, locals: { session }, redirect }) => {
  session.requireUser()
  await session.set('note', String((await request.formData()).get('note') ?? ''))
  return redirect('/account', 303)
}
