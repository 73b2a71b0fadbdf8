import type { SessionStore } from '../../packages/session/src/store.ts'
import { type StoreLawsOptions, storeLaws } from '../../packages/session/src/testing/index.ts'

/** A kind of client, on a server. */
export interface Mode {
  readonly name: string
  readonly options: StoreLawsOptions
  /** Milliseconds that opening may take. Default 15 s: some clients wait for ever for a server that is not there. */
  readonly openPatience?: number
  /** Connects, and makes what the stores need. */
  open(): Promise<OpenMode>
}

export interface OpenMode {
  /** An empty store. */
  make(): Promise<SessionStore> | SessionStore
  /** Removes what was made, and gives back the connections. */
  close(): Promise<void>
}

/** Milliseconds; a law that takes longer is the last that is tried. */
const patience = 60_000
const closePatience = 15_000

/** Prints whether the laws hold, and each that does not; true when all do. */
export async function holdToLaws(mode: Mode, isStopped: () => boolean): Promise<boolean> {
  const faults: string[] = []
  let running = 'opening'
  const fail = (error: unknown) => faults.push(`  ${running}: ${reasonOf(error)}`)
  process.on('unhandledRejection', fail)
  let held = 0
  let isLate = false
  try {
    const open = await within(mode.openPatience ?? 15_000, mode.open())
    for (const law of storeLaws(open.make, mode.options)) {
      if (isStopped() || isLate) break
      running = law.name
      await within(patience, law.run()).then(
        () => held++,
        (error) => {
          fail(error)
          isLate = error instanceof Late
        },
      )
    }
    running = 'removing what was made'
    await within(closePatience, open.close())
  } catch (error) {
    fail(error)
  } finally {
    process.off('unhandledRejection', fail)
  }
  console.log(`${faults.length === 0 ? 'held  ' : 'BROKEN'} ${mode.name}: ${held} laws`)
  for (const fault of faults) console.log(fault)
  return faults.length === 0
}

class Late extends Error {}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late(`not within ${ms / 1000} s`)), ms)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** In one line, with its cause. Drivers' errors hold neither the URL nor, from a store, values. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const all = error instanceof AggregateError ? error.errors.map(reasonOf).join('; ') : error.message
  const line = all.replace(/\s+/g, ' ').trim() || error.name
  return error.cause instanceof Error ? `${line} (${reasonOf(error.cause)})` : line
}
