import { get } from '../speed/running.ts'
import type { Filling } from './fill.ts'

/** What a command of a measured process gave, and how many milliseconds it took there. */
export interface Asked {
  readonly result: unknown
  readonly milliseconds: number
}

/** Runs a command (`speed/servers/commands.ts`). @throws Error with what made it fail */
export async function ask(port: number, target: string): Promise<Asked> {
  const { result, error, milliseconds } = JSON.parse((await get(port, target)).body)
  if (error !== undefined) throw new Error(`${target.split('?')[0]}: ${error}`)
  return { result, milliseconds }
}

/** Has the process read each of its first sessions. */
export function readAll(port: number, count: number): Promise<Asked> {
  return ask(port, `/read-all?count=${count}`)
}

/** Has the process store sessions, and read some of them back. */
export function populate(port: number, filling: Filling): Promise<Asked> {
  const query = new URLSearchParams(Object.entries(filling).map(([name, value]) => [name, String(value)]))
  return ask(port, `/fill?${query}`)
}
