import type { IncomingMessage, ServerResponse } from 'node:http'

/** Reads a form body; an answer to a request that sends more than 64 KiB is not worth having. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > 65_536) throw new Error('form too large')
  }
  return new URLSearchParams(body)
}

/** Whether a page of another site sent it. */
export function isFromElsewhere({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-site'] === 'cross-site'
}

/** The request's cookies by name; the first of equal names wins, as servers do it. */
export function readCookies(request: IncomingMessage): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    if (at > 0 && !cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim())
  }
  return cookies
}

export function sendHtml(response: ServerResponse, html: string, status = 200): void {
  response.statusCode = status
  response.setHeader('Content-Type', 'text/html; charset=utf-8')
  response.end(html)
}

export function redirect(response: ServerResponse, location: string): void {
  response.statusCode = 303
  response.setHeader('Location', location)
  response.end()
}
