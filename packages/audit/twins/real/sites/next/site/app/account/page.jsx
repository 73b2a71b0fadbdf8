import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { userOf } from '../session.js'

export default async function Account() {
  const user = await userOf((await cookies()).get('gardeners')?.value)
  if (!user) redirect('/login')
  return (
    <main>
      <h1>Garden of {process.env.TWIN_NAME}</h1>
      <form method="post" action="/api/logout">
        <button type="submit">Sign out</button>
      </form>
    </main>
  )
}
