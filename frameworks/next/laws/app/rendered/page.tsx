import { Suspense } from 'react'
import { done } from '../../served'

async function Shown({ name }: { name: string }) {
  return (
    <p>
      {name} {await done()}
    </p>
  )
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
      </Suspense>
    </>
  )
}
