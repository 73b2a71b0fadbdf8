import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { startNginx } from '../../servers/nginx.ts'
import { startRedis } from '../../servers/redis.ts'
import { nginxConfig } from './nginx.ts'

/** Redis, two Node processes and nginx in front of them. */
export interface TwoServers {
  /** Where nginx listens. */
  readonly url: string
  readonly servers: readonly { readonly url: string }[]
  /** Replaces one server after the other; requests go on meanwhile. */
  rollingRestart(): Promise<void>
  stop(): Promise<void>
}

interface Node {
  readonly url: string
  readonly port: number
  /** Lets it finish what it answers, ends it, and starts another in its place. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const script = fileURLToPath(new URL('./server.ts', import.meta.url))

/** Uses the Redis of REDIS_URL, or starts one. */
export async function startTwoServers(): Promise<TwoServers> {
  const started: { stop(): Promise<void> }[] = []
  const keep = <T extends { stop(): Promise<void> }>(part: T): T => {
    started.unshift(part)
    return part
  }
  const stop = async () => {
    for (const part of started.splice(0)) await part.stop()
  }
  try {
    const redisUrl = process.env.REDIS_URL ?? keep(await startRedis()).url
    const nodes = [keep(await startNode('one', redisUrl)), keep(await startNode('two', redisUrl))]
    const ports = nodes.map(({ port }) => port)
    let leaving: number | null = null
    const nginx = keep(await startNginx({ config: (port) => nginxConfig(port, ports, leaving) }))
    return {
      url: nginx.url,
      servers: nodes,
      stop,
      async rollingRestart() {
        for (const node of nodes) {
          // First out of the balancer: a connection that waits to be accepted is reset when its server stops.
          leaving = node.port
          await nginx.reload()
          await node.restart()
          leaving = null
          await nginx.reload()
        }
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startNode(name: string, redisUrl: string): Promise<Node> {
  let running = await run(name, redisUrl, 0)
  const { port } = running
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    stop: () => running.stop(),
    async restart() {
      await running.stop()
      running = await run(name, redisUrl, port)
    },
  }
}

async function run(name: string, redisUrl: string, port: number) {
  const env = { ...process.env, PORT: String(port), SERVER_NAME: name, REDIS_URL: redisUrl }
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const ended = exited.then(([code]) => Promise.reject(new Error(`server ${name} ended with ${code}`)))
  ended.catch(() => undefined)
  const [line] = await Promise.race([once(child.stdout, 'data'), ended])
  return {
    port: Number(/http:\/\/localhost:(\d+)/.exec(String(line))?.[1]),
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      await exited
    },
  }
}
