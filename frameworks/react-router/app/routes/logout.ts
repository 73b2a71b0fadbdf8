import { redirect } from 'react-router'
import { session } from '../session.server'
import type { Route } from './+types/logout'

export async function action({ context }: Route.ActionArgs) {
  await session(context).logout()
  return redirect('/', 303)
}
