import { type RequestListener, request } from 'node:http'

/** Passes each request on to a program on loopback, as a proxy that ends TLS does. */
export function frontFor(backend: string): RequestListener {
  const { port } = new URL(backend)
  return (incoming, outgoing) => {
    const { host = '' } = incoming.headers
    const headers = {
      ...incoming.headers,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': host,
      'x-forwarded-for': '127.0.0.1',
    }
    const passed = request(
      { host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        answer.pipe(outgoing)
      },
    )
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  }
}
