import { dirname } from 'node:path'
import type { NextConfig } from 'next'

export default {
  // Its stores are for Node, and the proxy and the pages share what it knows of this process.
  serverExternalPackages: ['latchkey'],
  turbopack: { root: dirname(import.meta.dirname) },
  async headers() {
    const policy = "frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
    return [{ source: '/:path*', headers: [{ key: 'content-security-policy', value: policy }] }]
  },
} satisfies NextConfig
