import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { Suspense } from 'react'
import { done } from '../../served'

async function act(form: FormData): Promise<void> {
  'use server'
  const jar = await cookies()
  if (form.has('theme')) jar.set('theme', 'dark')
  globalThis.latchkeyActed = await done()
  if (form.has('redirect')) redirect('/rendered')
}

async function Shown() {
  return <p>acting {await done()}</p>
}

export default async function Page() {
  return (
    <form action={act}>
      <Suspense>
        <Shown />
      </Suspense>
    </form>
  )
}

declare global {
  var latchkeyActed: string
}
