import { withoutDurability } from '../backends/durability.ts'
import { startBackends } from '../backends/servers.ts'
import { ask, populate } from '../population/ask.ts'
import type { Context, Outcome } from '../section.ts'
import { type MeasuredStore, measuredStores } from '../sizes/stores.ts'
import { startChild } from '../speed/child.ts'
import { spreadOf } from '../speed/statistics.ts'
import { columns, count } from '../speed/table.ts'

const user = 'u-everywhere'
const sessionsOfUser = 10_000
// The user's sessions lie among others'.
const others = 90_000
const minutes = 60_000

interface UserResult {
  readonly label: string
  /** Milliseconds. */
  readonly list: number
  readonly revoke: number
  /** How many the revocation ended, or what it threw. */
  readonly outcome: string
}

/** Listing and revoking all sessions of one user who has ten thousand. */
export async function userSection({ quick, store, note }: Context): Promise<Outcome> {
  const results: UserResult[] = []
  const description = new Set<string>()
  for (const each of measuredStores.filter(({ name }) => name.includes(store))) {
    note(each.label)
    const backends = await startBackends(each.backends)
    try {
      for (const line of backends.description) description.add(line)
      results.push(await measureUser(each, backends.environment, quick ? 1 : 3))
    } finally {
      await backends.stop()
    }
  }
  return { text: [[...description].join('\n'), table(results)], bounds: [], data: results, charts: [] }
}

async function measureUser(
  { name, label }: MeasuredStore,
  environment: Readonly<Record<string, string>>,
  times: number,
): Promise<UserResult> {
  const child = await startChild('node', `latchkey-${name}`, environment)
  try {
    const store = async (from: number, count: number, of?: string) => {
      const now = Date.now()
      const filling = {
        from,
        count,
        now,
        expiresAt: now + 30 * minutes,
        ...(of !== undefined && { user: of }),
      }
      await withoutDurability(environment, () => populate(child.port, filling))
    }
    await store(0, others)
    const lists: number[] = []
    const revocations: number[] = []
    let outcome = ''
    for (let time = 1; time <= times; time++) {
      await store(time * 1_000_000, sessionsOfUser, user)
      for (let listing = 0; listing < 5; listing++) {
        const { result, milliseconds } = await ask(child.port, `/list?user=${user}`)
        if (result !== sessionsOfUser) throw new Error(`${label} listed ${result} sessions.`)
        lists.push(milliseconds)
      }
      const { result, milliseconds } = await ask(child.port, `/revoke-user?user=${user}`)
      revocations.push(milliseconds)
      outcome = `${count(Number(result))} ended`
    }
    return { label, list: spreadOf(lists).median, revoke: spreadOf(revocations).median, outcome }
  } finally {
    await child.stop()
  }
}

function table(results: readonly UserResult[]): string {
  const head = [`a user with ${count(sessionsOfUser)} sessions`, 'list, ms', 'revoke, ms', '']
  return columns([
    head,
    ...results.map(({ label, list, revoke, outcome }) => [
      `latchkey ${label}`,
      list.toFixed(0),
      revoke.toFixed(0),
      outcome,
    ]),
  ])
}
