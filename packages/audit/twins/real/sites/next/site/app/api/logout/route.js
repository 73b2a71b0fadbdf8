import { NextResponse } from 'next/server'

export const runtime = 'edge'

export async function POST() {
  const response = new NextResponse(null, { status: 303, headers: { Location: '/' } })
  response.cookies.delete('gardeners')
  return response
}
