import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Distant {
  readonly port: number
  close(): Promise<void>
}

/** A port behind which another of this machine lies, so many milliseconds away in each direction. */
export async function distant(port: number, milliseconds: number): Promise<Distant> {
  const open = new Set<Socket>()
  const pass = (from: Socket, to: Socket) => {
    open.add(from)
    from.setNoDelay(true)
    from.on('data', (bytes) => setTimeout(() => to.writable && to.write(bytes), milliseconds))
    from.on('error', () => to.destroy())
    from.on('close', () => {
      open.delete(from)
      to.destroy()
    })
  }
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    pass(near, far)
    pass(far, near)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
