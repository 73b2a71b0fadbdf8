import { Suspense } from 'react'
import { done } from '../../served'

async function Nested() {
  return <p>nested {await done()}</p>
}

export default async function Page() {
  return (
    <>
      <p>first {await done()}</p>
      <Nested />
      <Suspense>
        <Nested />
      </Suspense>
    </>
  )
}
