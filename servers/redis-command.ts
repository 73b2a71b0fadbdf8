import { createConnection } from 'node:net'
import { host } from './ports.ts'

/** How long a server may take to answer, in milliseconds. */
const PATIENCE = 2_000

/**
 * Sends one command (words without spaces) on a connection of its own and returns the reply, errors included, as
 * text; empty when nobody listens or the answer does not come within two seconds. Enough for a harness: one reply
 * that is a line or a bulk string.
 * @param password sent first, where the server asks for one
 */
export function redisCommand(port: number, command: string, password?: string): Promise<string> {
  return new Promise((resolve) => {
    let received = ''
    let isSigningIn = password !== undefined
    const login = isSigningIn ? `AUTH ${password}\r\n` : ''
    const socket = createConnection(port, host, () => socket.write(`${login}${command}\r\n`))
    socket.setTimeout(PATIENCE, () => socket.destroy())
    socket.setEncoding('utf8')
    socket.on('data', (text) => {
      received += text
      // The answer to AUTH has no interest: the next one says whether it was right.
      if (isSigningIn && received.startsWith('+OK\r\n')) {
        isSigningIn = false
        received = received.slice(5)
      }
      if (isComplete(received)) socket.destroy()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(isComplete(received) ? received : ''))
  })
}

/** RESP: `$12` and a line end come before a bulk string of 12 bytes and a line end; other replies are one line. */
function isComplete(received: string): boolean {
  const end = received.indexOf('\r\n')
  if (end < 0) return false
  const length = received.startsWith('$') ? Number(received.slice(1, end)) + 2 : 0
  return Buffer.byteLength(received) >= end + 2 + length
}

/** A field of a reply to INFO or CLUSTER INFO. */
export function fieldOf(reply: string, name: string): string | undefined {
  return reply.match(new RegExp(`^${name}:(.*?)\r?$`, 'm'))?.[1]
}
