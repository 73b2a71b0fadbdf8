import { redirect } from '@sveltejs/kit'

export const load = ({ locals: { session } }) => {
  // A page that is loaded would also be led there by requireUser(); a navigation by script knows only SvelteKit's redirects.
  if (!session.userId) redirect(303, '/login')
  return { user: session.userId, note: session.get('note') ?? '', role: session.get('role') ?? 'user' }
}

export const actions = {
  async note({ request, locals: { session } }) {
    session.requireUser()
    await session.set('note', String((await request.formData()).get('note') ?? ''))
  },
  async admin({ locals: { session } }) {
    session.requireUser()
    await session.set('role', 'admin')
    await session.regenerate() // other privileges, another token
  },
  async logout({ locals: { session } }) {
    await session.logout()
    redirect(303, '/')
  },
}
