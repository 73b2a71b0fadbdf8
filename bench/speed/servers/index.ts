import type { RequestListener } from 'node:http'
import type { Servers } from './servers.ts'

// Loaded one by one: a process pays only for the framework that it measures.
const frameworks: Readonly<Record<string, () => Promise<Servers>>> = {
  node: async () => (await import('./node.ts')).nodeServers,
  express: async () => (await import('./express.ts')).expressServers,
  fastify: async () => (await import('./fastify.ts')).fastifyServers,
  koa: async () => (await import('./koa.ts')).koaServers,
  nest: async () => (await import('./nest.ts')).nestServers,
  h3: async () => (await import('./h3.ts')).h3Servers,
  hono: async () => (await import('./hono.ts')).honoServers,
}

/** @throws Error for a server that does not exist */
export async function createListener(framework: string, name: string): Promise<RequestListener> {
  const create = (await frameworks[framework]?.())?.[name]
  if (!create) throw new Error(`There is no server ${framework} ${name}.`)
  return create()
}
