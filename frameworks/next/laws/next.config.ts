import { dirname } from 'node:path'
import type { NextConfig } from 'next'

export default {
  // The stricter mode: what is not under <Suspense> is made at build time.
  cacheComponents: true,
  turbopack: { root: dirname(import.meta.dirname) },
  // The laws ask for /public/.
  skipTrailingSlashRedirect: true,
  serverExternalPackages: ['latchkey'],
} satisfies NextConfig
