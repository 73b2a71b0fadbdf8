import { redirect } from 'react-router'
import { session } from '../session.server'
import type { Route } from './+types/become-admin'

export async function action({ context }: Route.ActionArgs) {
  const own = session(context)
  own.requireUser()
  await own.set('role', 'admin')
  await own.regenerate() // other privileges, another token
  return redirect('/account', 303)
}
