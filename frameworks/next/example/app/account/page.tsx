import Link from 'next/link'
import { redirect } from 'next/navigation'
import { session } from '../../lib/session'
import { becomeAdmin, keepNote, signOut } from '../actions'

// Each asks for the session by itself: the store is read once for all of them.
async function Role() {
  const mine = await session()
  return <span>role {mine.get('role') ?? 'user'}</span>
}

async function Note() {
  const mine = await session()
  return (
    <label>
      A note kept in the session <input name="note" defaultValue={mine.get('note') ?? ''} />
    </label>
  )
}

export default async function Account() {
  const { userId } = await session()
  if (!userId) redirect('/login')
  return (
    <>
      <h1>Your account</h1>
      <p>
        Signed in as {userId}, <Role />.
      </p>
      <form action={keepNote}>
        <Note />
        <button type="submit">Keep</button>
      </form>
      <form action={becomeAdmin}>
        <button type="submit">Become an administrator</button>
      </form>
      <form action={signOut}>
        <button type="submit">Sign out</button>
      </form>
      <Link href="/">Home</Link>
    </>
  )
}
