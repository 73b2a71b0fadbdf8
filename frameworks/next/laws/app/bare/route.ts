import { cookies } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { done, laws, served } from '../../served'

export async function GET() {
  return new Response(await done(), { headers: { 'cdn-cache-control': 'max-age=600' } })
}

// What Next answers for by what is thrown, and cookies set by its own function.
export const POST = (request: Request, context: unknown) =>
  served().route(async (asked, session) => {
    await laws().deed?.(session)
    const jar = await cookies()
    jar.set('theme', 'dark')
    const { searchParams } = new URL(asked.url)
    if (searchParams.has('redirect')) redirect('/rendered?a=1;b=2')
    if (searchParams.has('notFound')) notFound()
    return new Response(String(session === (await served()())))
  })(request, context)
