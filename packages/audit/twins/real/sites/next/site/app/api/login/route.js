import { NextResponse } from 'next/server'
import { sealed } from '../../session.js'

// Near the user, as the framework's documentation offers it.
export const runtime = 'edge'

export async function POST(request) {
  const form = await request.formData()
  const { TWIN_USERNAME, TWIN_PASSWORD } = process.env
  if (form.get('username') !== TWIN_USERNAME || form.get('password') !== TWIN_PASSWORD) {
    return new NextResponse(null, { status: 303, headers: { Location: '/login' } })
  }
  const response = new NextResponse(null, { status: 303, headers: { Location: '/account' } })
  response.cookies.set('gardeners', await sealed(TWIN_USERNAME), {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: 8 * 3600,
  })
  return response
}
