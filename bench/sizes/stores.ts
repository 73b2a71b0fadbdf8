import type { footprints } from '../backends/footprint.ts'
import type { Backend } from '../backends/servers.ts'

/** The stores that are measured on their own, with what they need and how their bytes are counted. */
export interface MeasuredStore {
  readonly name: 'memory' | 'memory-json' | 'memory-objects' | 'sqlite' | 'redis' | 'postgres' | 'mysql'
  readonly label: string
  readonly backends: readonly Backend[]
  /** Null: the sessions are in the process that serves, so that its bytes are theirs. */
  readonly footprint: keyof typeof footprints | null
}

export const measuredStores: readonly MeasuredStore[] = [
  { name: 'memory', label: 'memory', backends: [], footprint: null },
  { name: 'sqlite', label: 'SQLite', backends: [], footprint: 'sqlite' },
  { name: 'redis', label: 'Redis', backends: ['redis'], footprint: 'redis' },
  { name: 'postgres', label: 'PostgreSQL', backends: ['postgres'], footprint: 'postgres' },
  { name: 'mysql', label: 'MariaDB', backends: ['mysql'], footprint: 'mysql' },
]
