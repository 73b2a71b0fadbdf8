import type { IncomingMessage } from 'node:http'

/**
 * The address of a request as this server knows it. The host is what its client says, and nothing but a host: what else it
 * says there would be a part of the path (RFC 9110 section 7.2).
 */
export function nodeUrl(req: IncomingMessage): string {
  const { headers, socket } = req
  const scheme = 'encrypted' in socket && socket.encrypted ? 'https' : 'http'
  const host = String(headers[':authority'] ?? headers.host ?? 'localhost')
  // Express strips the path that a router is mounted at.
  const target = 'originalUrl' in req ? String(req.originalUrl) : (req.url ?? '/')
  // A proxy's form (RFC 9112 section 3.2.2) and `*` have no path of their own.
  const path = target.startsWith('/') ? target : (URL.parse(target)?.pathname ?? '/')
  return `${scheme}://${/^[\w.:[\]-]+$/.test(host) ? host : 'invalid'}${path}`
}
