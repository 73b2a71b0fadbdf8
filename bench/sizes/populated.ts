import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addressVariables } from '../backends/addresses.ts'
import { withoutDurability } from '../backends/durability.ts'
import { footprints } from '../backends/footprint.ts'
import { type Backends, startBackends } from '../backends/servers.ts'
import { populate } from '../population/ask.ts'
import { type Child, type Environment, startChild } from '../speed/child.ts'
import { sessionVariables } from '../speed/sessions.ts'
import type { MeasuredStore } from './stores.ts'

/** A store of its own with so many sessions in it, in servers of its own, and the process that serves from it. */
export interface Populated {
  readonly child: Child
  /** For further processes on the same store. */
  readonly environment: Environment
  readonly description: readonly string[]
  readonly bytesPerSession: number
  /** When the sessions were used last, in milliseconds since the epoch. */
  readonly clock: number
  stop(): Promise<void>
}

const hours = 3_600_000
// So many come first, so that compiled code, caches and pools are not counted as sessions.
const warmUp = 1000

/** Starts everything and stores the sessions. The process's clock stands still, so that none is due for a write. */
export async function startPopulated(store: MeasuredStore, count: number): Promise<Populated> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'))
  const clock = Date.now()
  let backends: Backends | null = null
  let child: Child | null = null
  const stop = async () => {
    await child?.stop()
    await backends?.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    backends = await startBackends(store.backends)
    const environment = {
      ...backends.environment,
      [addressVariables.folder]: folder,
      [sessionVariables.clock]: String(clock),
      [sessionVariables.sweeping]: 'off',
      // Room for millions of sessions in it; the others do not come near the default.
      ...(store.footprint === null && { NODE_OPTIONS: '--max-old-space-size=12288' }),
    }
    const name = `latchkey-${store.name}`
    const filling = await startChild('node', name, environment)
    child = filling
    const bytesPerSession = await withoutDurability(environment, async () => {
      const lifetime = { now: clock, expiresAt: clock + 8 * hours }
      const first = Math.min(warmUp, count)
      await populate(filling.port, { from: 0, count: first, ...lifetime })
      const before = await bytesOf(store, filling, environment)
      if (count > first) await populate(filling.port, { from: first, count: count - first, ...lifetime })
      return ((await bytesOf(store, filling, environment)) - before) / Math.max(1, count - first)
    })
    if (store.footprint !== null) {
      // Its code has been compiled for writing, and its heap has grown.
      await filling.stop()
      child = await startChild('node', name, environment)
    }
    return { child, environment, description: backends.description, bytesPerSession, clock, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function bytesOf({ footprint }: MeasuredStore, child: Child, environment: Environment): Promise<number> {
  return footprint === null ? child.memory() : footprints[footprint](environment)
}
