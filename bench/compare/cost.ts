import { setImmediate } from 'node:timers/promises'
import { type Spread, spreadOf } from '../speed/statistics.ts'
import type { Way } from './ways.ts'

export interface Cost extends Pick<Way, 'name' | 'isOurs'> {
  /** CPU of this process for one validation, in microseconds; a store's own server is not in it. */
  readonly cpu: Spread
  /** Of the header line that each request brings. */
  readonly bytes: number
}

/** Users, each of whose credentials comes many times. */
const users = 100
/** Requests under way at once. */
const atOnce = 20

/** Each way in each round, in another order, so that what else the machine does moves all alike. */
export async function costsOf(ways: readonly Way[], rounds: number, each: number): Promise<Cost[]> {
  const prepared = await Promise.all(ways.map(prepare))
  const spent = new Map(prepared.map(({ name }) => [name, [] as number[]]))
  const warmUps = 2
  for (let round = 0; round < rounds + warmUps; round++) {
    const at = round % prepared.length
    for (const { name, values, verify } of [...prepared.slice(at), ...prepared.slice(0, at)]) {
      await setImmediate()
      const before = process.cpuUsage()
      for (let done = 0; done < each; done += atOnce) {
        const batch = Array.from({ length: atOnce }, (_, n) =>
          verify(copied(values[(done + n) % values.length] ?? '')),
        )
        for (const user of await Promise.all(batch))
          if (user === null) throw new Error(`${name} let nobody in.`)
      }
      const { user, system } = process.cpuUsage(before)
      if (round >= warmUps) spent.get(name)?.push((user + system) / each)
    }
  }
  return prepared.map(({ name, isOurs, bytes }) => ({
    name,
    isOurs,
    bytes,
    cpu: spreadOf(spent.get(name) ?? []),
  }))
}

async function prepare(way: Way) {
  const credentials = await Promise.all(Array.from({ length: users }, (_, n) => way.issue(`u-${n}`)))
  const [first] = credentials
  const bytes = Buffer.byteLength(first ? first.header.join(': ') : '')
  return {
    name: way.name,
    isOurs: way.isOurs,
    bytes,
    values: credentials.map(({ header: [, value] }) => credentialIn(value)),
    verify: await way.verifier(),
  }
}

/** What a verifier is given of a header. */
export function credentialIn(header: string): string {
  return header.replace(/^Bearer /, '')
}

/** As a request brings it: a text that was looked up before has its hash with it. */
function copied(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
