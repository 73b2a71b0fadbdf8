import { redirect } from 'next/navigation'
import { auth0 } from '../../lib/auth0.js'

export default async function Account() {
  const session = await auth0.getSession()
  if (!session) redirect('/auth/login')
  return (
    <main>
      <h1>Part of {session.user.name}</h1>
      <a href="/">Rehearsals</a> <a href="/auth/logout">Sign out</a>
    </main>
  )
}
