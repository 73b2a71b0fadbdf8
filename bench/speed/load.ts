import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Sends requests over many kept connections, each as soon as the answer before it is complete. No pipelining. */
export interface Load {
  /** Requests for `milliseconds`, and one at least; resolves when all answers are in. */
  run(milliseconds: number): Promise<Run>
  /** Requests until `isOver`, and one at least. */
  runUntil(isOver: () => boolean): Promise<Run>
  /** Just so many requests. */
  send(count: number): Promise<void>
  close(): Promise<void>
}

export interface Run {
  readonly requests: number
  readonly seconds: number
}

/**
 * A client much lighter than the servers, so that it is not what is measured: bytes in, bytes out.
 * @param requestAt the nth request's text
 * @param observe told how many milliseconds each answer took
 */
export async function openLoad(
  port: number,
  connections: number,
  requestAt: (n: number) => string | Buffer,
  observe?: (milliseconds: number) => void,
): Promise<Load> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  let sent = 0

  async function until(isOver: () => boolean): Promise<void> {
    await Promise.all(
      sockets.map((socket) => drive(socket, () => (isOver() ? null : requestAt(sent++)), observe)),
    )
  }
  async function runUntil(isOver: () => boolean): Promise<Run> {
    const before = sent
    const start = performance.now()
    await until(() => sent > before && isOver())
    return { requests: sent - before, seconds: (performance.now() - start) / 1000 }
  }
  return {
    run(milliseconds) {
      const end = performance.now() + milliseconds
      return runUntil(() => performance.now() >= end)
    },
    runUntil,
    send(count) {
      const last = sent + count
      return until(() => sent >= last)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** Sends one request after the other over a connection until there is none left. */
function drive(
  socket: Socket,
  next: () => string | Buffer | null,
  observe?: (milliseconds: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    let sentAt = 0
    function send(): void {
      const request = next()
      if (observe) sentAt = performance.now()
      if (request !== null) socket.write(request)
      else finish(resolve)
    }
    function receive(chunk: Buffer): void {
      answer += chunk.toString('latin1')
      if (!isComplete(answer)) return
      if (!answer.startsWith('HTTP/1.1 200 '))
        finish(() => reject(new Error(answer.slice(0, answer.indexOf('\r')))))
      else {
        observe?.(performance.now() - sentAt)
        answer = ''
        send()
      }
    }
    function fail(): void {
      finish(() => reject(new Error('The server closed the connection.')))
    }
    function finish(settle: () => void): void {
      socket.off('data', receive).off('close', fail).off('error', fail)
      settle()
    }
    if (socket.destroyed) return fail()
    socket.on('data', receive).on('close', fail).on('error', fail)
    send()
  })
}

/** Whether the text is a whole answer, by Content-Length or by the last chunk (RFC 9112 section 6.3). */
function isComplete(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head < 0) return false
  const length = contentLength.exec(answer)
  if (length) return answer.length >= head + 4 + Number(length[1])
  return answer.endsWith('\r\n0\r\n\r\n')
}

const contentLength = /\r\ncontent-length: *(\d+)\r\n/i

/** A GET request with a Cookie header, if there is one to send. */
export function getRequest(path: string, cookie: string): Buffer {
  const header = cookie === '' ? '' : `Cookie: ${cookie}\r\n`
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n${header}\r\n`)
}
