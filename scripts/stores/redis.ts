import { randomBytes } from 'node:crypto'
import { Cluster, Redis } from 'ioredis'
import {
  clusterClients,
  poolClients,
  singleClients,
  type TestClient,
} from '../../packages/session/src/stores/redis/clients/clients.test-helper.ts'
import { redisStore } from '../../packages/session/src/stores/redis/redis.ts'
import type { Mode } from './laws.ts'

/** By every client of a single server, or of a cluster where the server says that it belongs to one. */
export async function redisServer(url: string): Promise<Mode[]> {
  const { hostname, port } = new URL(url)
  const nodes = [{ host: hostname, port: Number(port || 6379) }]
  const isCluster = await belongsToCluster(url)
  const clients = isCluster
    ? Object.entries(clusterClients).map(([name, connect]) => [name, () => connect(nodes)] as const)
    : Object.entries({ ...singleClients, ...poolClients }).map(
        ([name, connect]) => [name, () => connect(url)] as const,
      )
  const allNodes = () => (isCluster ? new Cluster(nodes) : new Redis(url))
  return clients.map(([name, connect]) => redisMode(`redis by ${name}`, connect, allNodes))
}

function redisMode(name: string, connect: () => Promise<TestClient>, plain: () => Redis | Cluster): Mode {
  return {
    name,
    options: { sweeps: false, announces: true },
    async open() {
      const it = await connect()
      const prefix = `latchkey-check:${randomBytes(6).toString('hex')}:`
      let count = 0
      // That the server answers: a client may take commands for one that is not there.
      await redisStore(it.client, { prefix }).read('nobody')
      return {
        make: () => redisStore(it.client, { prefix: `${prefix}${count++}:` }),
        async close() {
          const client = plain()
          await removeKeys(client, `${prefix}*`)
          client.disconnect()
          await it.close()
        },
      }
    },
  }
}

async function belongsToCluster(url: string): Promise<boolean> {
  const client = new Redis(url, { maxRetriesPerRequest: 1, retryStrategy: () => null })
  // It rejects what is asked.
  client.on('error', () => undefined)
  try {
    return /cluster_enabled:1/.test(await client.info('cluster'))
  } catch {
    // A user may lack the right to ask; that a server is not there, each mode says.
    return false
  } finally {
    client.disconnect()
  }
}

async function removeKeys(client: Redis | Cluster, pattern: string): Promise<void> {
  if (client instanceof Cluster) await client.ping()
  for (const node of client instanceof Cluster ? client.nodes('master') : [client]) {
    for await (const keys of node.scanStream({ match: pattern, count: 1000 })) {
      for (const key of keys as string[]) await node.unlink(key)
    }
  }
}
