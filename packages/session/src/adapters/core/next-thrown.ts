// What `redirect`, `notFound`, `forbidden` and `unauthorized` of 'next/navigation' throw says in its digest what it is for:
// `NEXT_REDIRECT;replace;/account;307;` and `NEXT_HTTP_ERROR_FALLBACK;404`.

/**
 * The answer that Next makes of these when a route handler throws them, so that it takes the session's cookie along; null
 * for everything else.
 */
export function thrownAnswer(error: unknown): Response | null {
  const digest = String((error as { readonly digest?: unknown } | null)?.digest ?? '')
  const [kind, , ...rest] = digest.split(';')
  if (kind === 'NEXT_REDIRECT') {
    // An address may have a semicolon.
    const location = rest.slice(0, -2).join(';')
    return new Response(null, { status: Number(rest.at(-2)), headers: { location } })
  }
  const status = /^NEXT_HTTP_ERROR_FALLBACK;(\d{3})$/.exec(digest)?.[1]
  return status ? new Response(null, { status: Number(status) }) : null
}
