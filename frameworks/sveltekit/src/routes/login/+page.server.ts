import { fail, redirect } from '@sveltejs/kit'
import { authenticate } from '#lib/server/accounts.ts'

export const actions = {
  async default({ request, locals }) {
    const form = await request.formData()
    const userId = await authenticate(String(form.get('username')), String(form.get('password')))
    if (!userId) return fail(401, { message: 'Wrong user name or password.' })
    await locals.session.login(userId)
    redirect(303, '/account')
  },
}
