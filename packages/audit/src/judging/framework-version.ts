import type { FrameworkEvidence } from '../evidence/evidence.ts'

/** What a framework calls itself in headers, where that is another word than ours. */
const SAID_AS: Readonly<Record<string, string>> = { 'java-servlet': 'servlet' }

/** The version of the recognised framework, where a header names both it and a version (`PHP/8.2.29`). */
export function frameworkVersionOf({ name, headers }: FrameworkEvidence): string | null {
  if (name === null) return null
  const wanted = SAID_AS[name] ?? name
  for (const header of headers) {
    const [, own] = /^x-aspnet-version: (\d[\d.]*)$/.exec(header) ?? []
    if (own !== undefined && name === 'aspnet') return own
    for (const [, product = '', version = ''] of header.matchAll(/([A-Za-z][\w.-]*)[/ ](\d+(?:\.\d+)*)/g)) {
      if (product.toLowerCase() === wanted) return version
    }
  }
  return null
}
