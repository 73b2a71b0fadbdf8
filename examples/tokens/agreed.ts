/** Who issues the tokens, and whom they are for. Issuer and services compare both by the letter. */
export const issuer = 'https://id.example.com'
export const audience = 'https://orders.example.com'

/** Where the issuer listens: ISSUER_URL, or as it does by itself. */
export const issuerUrl = process.env.ISSUER_URL ?? 'http://localhost:3001'

/** Where a service listens: PORT, or beside the issuer; 0 picks a free one. */
export const servicePort = Number(process.env.PORT ?? 3002)

/** A token as its client gets it (RFC 6749 section 5.1). No cache may keep it. */
export function tokenAnswer(access: { token: string; expiresAt: number }, refreshToken?: string): Response {
  const body = {
    access_token: access.token,
    token_type: 'Bearer',
    expires_in: Math.floor((access.expiresAt - Date.now()) / 1000),
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
  }
  return Response.json(body, { headers: { 'cache-control': 'no-store' } })
}
