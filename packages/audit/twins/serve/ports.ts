import { Socket } from 'node:net'

/** Where what stands at a port of a name really is. */
const taught = new Map<string, number>()

type Connect = (this: Socket, ...args: unknown[]) => Socket

/**
 * Teaches this process, as a router in front of a site would, where a port of a name leads: a site at 443 has another at
 * 80, and no test may have those ports.
 */
export function teachPort(host: string, port: number, real: number): void {
  if (taught.size === 0) patch()
  taught.set(`${host}:${port}`, real)
}

/** Where a port of a name leads, for what connects by itself. */
export function realPort(host: string, port: number): number {
  return taught.get(`${host}:${port}`) ?? port
}

function patch(): void {
  const connect = Socket.prototype.connect as Connect
  const patched: Connect = function (...args) {
    // Clients of Node hand over a list whose first member is the options.
    const [first] = args
    const options = Array.isArray(first) ? first[0] : first
    if (typeof options === 'object' && options !== null && 'host' in options && 'port' in options)
      Object.assign(options, { port: realPort(String(options.host), Number(options.port)) })
    return connect.apply(this, args)
  }
  Object.defineProperty(Socket.prototype, 'connect', { value: patched, configurable: true, writable: true })
}
