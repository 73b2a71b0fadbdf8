import { once } from 'node:events'
import { connect as connectTo } from 'node:net'
import { connect } from 'socket.io-client'

/** A visitor's socket that has sent a value without asking for an acknowledgement, and has had its answer or refusal. */
export async function rudeSocketIo(url: string): Promise<void> {
  const client = connect(url, { transports: ['websocket'], reconnection: false, forceNew: true })
  const over = new Promise<void>((resolve) => {
    client.once('connect_error', () => resolve())
    client.once('disconnect', () => resolve())
    client.onAny((event) => event !== 'hello' && resolve())
  })
  client.emit('note', 'x')
  client.emit('note', 'x', () => undefined)
  await over
  client.disconnect()
}

/** A visitor's WebSocket that sends a frame which is none. */
export async function rudeWebSocket(url: string): Promise<void> {
  const { port, hostname } = new URL(url)
  const socket = connectTo(Number(port), hostname)
  socket.on('error', () => undefined)
  const lines = ['GET / HTTP/1.1', `Host: ${hostname}:${port}`, 'Connection: Upgrade', 'Upgrade: websocket']
  const key = Buffer.alloc(16).toString('base64')
  socket.write([...lines, 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${key}`, '', ''].join('\r\n'))
  await once(socket, 'data')
  socket.write(Buffer.alloc(8, 0xff))
  socket.resume()
  await once(socket, 'close')
}
