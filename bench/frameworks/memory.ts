import type { Context, Outcome } from '../section.ts'
import { measureFootprints } from '../speed/memory.ts'
import { footprintTable } from '../speed/table.ts'

/** What sessions take in the server's process, with each library's memory store. */
export async function memorySection({ sessions, note }: Context): Promise<Outcome> {
  const footprints = await measureFootprints(sessions, note)
  return {
    text: [footprintTable(footprints, sessions)],
    bounds: [],
    data: { sessions, footprints },
    charts: [],
  }
}
