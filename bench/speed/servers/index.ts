import type { RequestListener } from 'node:http'
import { type FloorRead, floorNames, openFloor } from '../../backends/floors.ts'
import { type StoreName, storeNames } from '../../backends/stores.ts'

type Created = RequestListener | Promise<RequestListener>

/** Servers of one framework by name. `GET /me` answers `{"user": …}`, `GET /login?user=…` signs in. */
export type Servers = Readonly<Record<string, () => Created>>

/** `latchkey-NAME` for every store of Latchkey. */
export function latchkeyServers(create: (store: StoreName) => Created): Servers {
  return Object.fromEntries(storeNames.map((name) => [`latchkey-${name}`, () => create(name)]))
}

/** `floor-NAME` for every client: reads one value of a session's size and does nothing with it. */
export function floorServers(create: (read: FloorRead) => Created): Servers {
  return Object.fromEntries(
    floorNames.map((name) => [`floor-${name}`, async () => create(await openFloor(name))]),
  )
}

// Loaded one by one: a process pays only for the framework that it measures.
const frameworks: Readonly<Record<string, () => Promise<Servers>>> = {
  node: async () => (await import('./node.ts')).nodeServers,
  express: async () => (await import('./express.ts')).expressServers,
  fastify: async () => (await import('./fastify.ts')).fastifyServers,
  koa: async () => (await import('./koa.ts')).koaServers,
  hono: async () => (await import('./hono.ts')).honoServers,
}

/** @throws Error for a server that does not exist */
export async function createListener(framework: string, name: string): Promise<RequestListener> {
  const create = (await frameworks[framework]?.())?.[name]
  if (!create) throw new Error(`There is no server ${framework} ${name}.`)
  return create()
}
