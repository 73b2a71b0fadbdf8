import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'
import { freePort, host } from '../../servers/ports.ts'

/** A way to a server that can swallow everything without a word, as the network does when a machine is gone. */
export interface BlackHole {
  readonly port: number
  /** From now on nothing passes, in any connection, and none is closed. */
  open(): void
  /** New connections pass. Those that were swallowed stay so. */
  close(): void
  stop(): Promise<void>
}

export async function startBlackHole(target: { readonly port: number }): Promise<BlackHole> {
  const sockets = new Set<Socket>()
  const passing = new Set<() => void>()
  let isOpen = false

  const server = createServer((near) => {
    keep(near)
    // Whatever comes is read, and leads nowhere.
    if (isOpen) near.resume()
    else pass(near)
  })

  function pass(near: Socket): void {
    const far = keep(createConnection(target.port, host))
    const swallow = () => {
      near.unpipe(far).resume()
      far.unpipe(near).resume()
      near.off('close', end)
      far.off('close', end)
      passing.delete(swallow)
    }
    const end = () => {
      passing.delete(swallow)
      near.destroy()
      far.destroy()
    }
    near.pipe(far).pipe(near)
    near.on('close', end)
    far.on('close', end)
    passing.add(swallow)
  }

  function keep(socket: Socket): Socket {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    return socket
  }

  const port = await freePort()
  server.listen(port, host)
  await once(server, 'listening')
  return {
    port,
    open() {
      isOpen = true
      for (const swallow of [...passing]) swallow()
    },
    close() {
      isOpen = false
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
