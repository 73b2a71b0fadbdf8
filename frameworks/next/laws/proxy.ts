import { type NextRequest, NextResponse } from 'next/server'
import { laws, served } from './served'

export function proxy(request: NextRequest) {
  const decide = laws().proxy
  return decide ? served().proxy(decide)(request) : NextResponse.next()
}

export const config = {
  matcher: [{ source: '/:path*', missing: [{ type: 'header', key: 'next-router-prefetch' }] }],
}
