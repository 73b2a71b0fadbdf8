import Link from 'next/link'
import { session } from '../lib/session'

export default async function Home() {
  const { userId } = await session()
  return (
    <>
      <h1>Latchkey example</h1>
      <p>{userId ? `Signed in as ${userId}.` : 'Nobody is signed in.'}</p>
      {userId ? <Link href="/account">Your account</Link> : <Link href="/login">Sign in</Link>}
    </>
  )
}
