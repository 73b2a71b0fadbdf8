// One part of latchkey on the runtime that runs this file: `node trial.ts sqlite`. Plays what must hold of it, and prints as
// JSON how many laws there are and what those said that did not hold.
import { parts } from './parts.ts'

/** What a trial prints. */
export interface Outcome {
  readonly laws: number
  readonly failed: Readonly<Record<string, string>>
}

const lawTimeout = 30_000

async function play(name: string): Promise<Outcome> {
  const make = parts[name]
  if (!make) throw new Error(`There is no part ${name}.`)
  const { laws, close } = await make()
  const failed: Record<string, string> = {}
  for (const law of laws) {
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => late.reject(new Error('took more than 30 s')), lawTimeout)
    await Promise.race([law.run(), late.promise]).catch((error) => {
      failed[law.name] = error instanceof Error ? error.message : String(error)
    })
    clearTimeout(timer)
  }
  await close?.()
  return { laws: laws.length, failed }
}

const outcome = await play(process.argv[2] ?? '').catch((error) => ({
  laws: 0,
  failed: { start: String(error) },
}))
// What a law that failed has left open must not keep the process.
process.stdout.write(`\n${JSON.stringify(outcome)}\n`, () => process.exit())
