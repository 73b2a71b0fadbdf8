import type { encodeBody } from '../body.ts'
import { type Credential, cookiePair } from '../cookies/jar.ts'

interface Sent {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly credentials: readonly Credential[]
  readonly encoded: ReturnType<typeof encodeBody> | null
}

/** The headers of a request as they leave, with what the jar and the body add to them. */
export function sentHeaders({ method, headers, credentials, encoded }: Sent): Record<string, string> {
  const cookies = credentials.filter(({ kind }) => kind === 'cookie').map(cookiePair)
  const wire: Record<string, string> = { ...headers }
  if (cookies.length > 0) wire.cookie = cookies.join('; ')
  for (const { kind, name, value, scheme } of credentials) {
    if (kind === 'header') wire[name.toLowerCase()] = scheme === undefined ? value : `${scheme} ${value}`
  }
  if (encoded) wire['content-type'] = encoded.contentType
  // A POST without a body says so (Fetch, 4.6): Node would send an empty one in chunks, which servers take for one.
  if (encoded || /^(?:POST|PUT|PATCH)$/.test(method)) {
    wire['content-length'] = String(encoded?.bytes.length ?? 0)
  }
  return wire
}
