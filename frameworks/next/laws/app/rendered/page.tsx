import { headers } from 'next/headers'
import { Suspense } from 'react'
import { done } from '../../served'

async function Shown({ name }: { name: string }) {
  return (
    <p>
      {name} {await done()}
    </p>
  )
}

async function Header() {
  return <p>own {(await headers()).get('x-own')}</p>
}

export default async function Page() {
  return (
    <>
      <Suspense>
        <Shown name="first" />
        <Shown name="nested" />
      </Suspense>
      <Suspense>
        <Shown name="nested" />
        <Header />
      </Suspense>
    </>
  )
}
