import { startChild } from './child.ts'
import { getRequest, openLoad } from './load.ts'

/** Bytes that one signed-in session takes in the server's process. */
export interface Footprint {
  readonly label: string
  readonly bytesPerSession: number
}

const stacks = [
  { framework: 'node', name: 'latchkey-memory', label: 'latchkey memory' },
  { framework: 'express', name: 'express-session', label: 'express-session MemoryStore' },
  { framework: 'fastify', name: 'fastify-session', label: '@fastify/session memory' },
  { framework: 'koa', name: 'koa-session', label: 'koa-session, Map of JSON' },
  { framework: 'hono', name: 'hono-sessions', label: 'hono-sessions memory' },
] as const

// These come first, so that compiled code and grown buffers are not counted as sessions.
const warmUp = 2000

/**
 * Signs in `sessions` different users over HTTP on each library and sees by how much its process has grown.
 * @param progress called before each library
 */
export async function measureFootprints(
  sessions: number,
  progress: (label: string) => void,
): Promise<Footprint[]> {
  const footprints: Footprint[] = []
  for (const { framework, name, label } of stacks) {
    progress(label)
    footprints.push({ label, bytesPerSession: await footprintOf(framework, name, sessions) })
  }
  return footprints
}

async function footprintOf(framework: string, name: string, sessions: number): Promise<number> {
  const child = await startChild(framework, name)
  try {
    const load = await openLoad(child.port, 16, (n) =>
      getRequest(`/login?user=u-${String(n).padStart(6, '0')}`, ''),
    )
    await load.send(warmUp)
    const before = await child.memory()
    await load.send(sessions)
    const after = await child.memory()
    await load.close()
    return (after - before) / sessions
  } finally {
    await child.stop()
  }
}
