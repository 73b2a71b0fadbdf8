import type { IncomingMessage, ServerResponse } from 'node:http'
import { nodeUrl } from '../../adapters/core/node-url.ts'
import { SessionError } from '../../errors.ts'

/** A request to an endpoint, whatever server it came to. */
export interface Asked {
  /** In capitals, as it was sent. */
  readonly method: string
  /** As this server knows it. */
  readonly url: string
  /** A header by its lower-case name. */
  header(name: string): string | null
  /**
   * The bytes of the body; null where there are more than `most`.
   * @throws SessionError `config_invalid` where something else has read it
   */
  body(most: number): Promise<Buffer | null>
  readonly remoteAddress: string | undefined
}

export interface EndpointAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Empty for none. */
  readonly body: string
  /** Whether what is left of the request's body is not read any more. */
  readonly isCutOff?: boolean
}

export type Endpoint = (asked: Asked) => Promise<EndpointAnswer>

/** A route for fetch-standard servers and frameworks. */
export type FetchRoute = (request: Request, ...rest: unknown[]) => Promise<Response>
/** A route for node:http and Express: before what reads bodies. */
export type NodeRoute = (req: IncomingMessage, res: ServerResponse) => Promise<void>

export function fetchRoute(endpoint: Endpoint): FetchRoute {
  return async (request) => {
    const { status, headers, body } = await endpoint({
      method: request.method,
      url: request.url,
      header: (name) => request.headers.get(name),
      body: (most) => bytesOf(request.body ?? [], most),
      remoteAddress: undefined,
    })
    return new Response(body === '' ? null : body, { status, headers })
  }
}

export function nodeRoute(endpoint: Endpoint): NodeRoute {
  return async (req, res) => {
    const { method = 'GET', headers, socket } = req
    const answer = await endpoint({
      method,
      url: nodeUrl(req),
      header(name) {
        const value = headers[name]
        return value === undefined ? null : String(value)
      },
      async body(most) {
        if (req.readableDidRead) throw alreadyRead()
        // Or what is left of a body that is too long would take the connection with it, and the answer.
        return bytesOf(req.iterator({ destroyOnReturn: false }), most)
      },
      remoteAddress: socket.remoteAddress,
    })
    // What is left of a body that was too long is not read: the connection goes with it.
    const isCutOff = answer.isCutOff ?? answer.status === 413
    const closing = req.complete || !isCutOff ? {} : { connection: 'close' }
    res.writeHead(answer.status, { ...answer.headers, ...closing }).end(answer.body)
  }
}

function alreadyRead(): SessionError {
  return new SessionError(
    'config_invalid',
    'This endpoint reads the body itself, and something has read it before. Mount it before express.urlencoded() and the like.',
  )
}

async function bytesOf(
  chunks: AsyncIterable<Uint8Array | string> | readonly Uint8Array[],
  most: number,
): Promise<Buffer | null> {
  const read: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
    length += bytes.length
    if (length > most) return null
    read.push(bytes)
  }
  return Buffer.concat(read)
}
