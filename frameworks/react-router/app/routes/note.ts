import { redirect } from 'react-router'
import { session } from '../session.server'
import type { Route } from './+types/note'

export async function action({ request, context }: Route.ActionArgs) {
  const own = session(context)
  own.requireUser()
  await own.set('note', String((await request.formData()).get('note') ?? ''))
  return redirect('/account', 303)
}
