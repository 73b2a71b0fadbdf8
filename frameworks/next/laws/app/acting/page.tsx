import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { done } from '../../served'

async function act(form: FormData): Promise<void> {
  'use server'
  const jar = await cookies()
  if (form.has('theme')) jar.set('theme', 'dark')
  globalThis.latchkeyActed = await done()
  if (form.has('redirect')) redirect('/rendered')
}

export default async function Page() {
  return (
    <form action={act}>
      <p>acting {await done()}</p>
    </form>
  )
}

declare global {
  var latchkeyActed: string
}
