import type { Context, Outcome } from '../section.ts'
import type { Bound } from '../speed/bounds.ts'
import { type Spread, spreadOf } from '../speed/statistics.ts'
import { columns } from '../speed/table.ts'
import { type Contenders, createContenders, type Verify } from './contenders.ts'
import { spoilt } from './garbage.ts'

/** One thing that is measured in each round, between the others. */
interface Row {
  readonly name: string
  /** Prepared outside the measurement. */
  prepare(): Promise<{ readonly verify: Verify; readonly tokens: readonly string[] }>
}

interface Asked {
  readonly of: string
  readonly to: string
  readonly most: number
}

const seen = { own: 'latchkey, seen before', fastJwt: 'fast-jwt, cache on', jose: 'jose.jwtVerify' }
const unseen = { own: 'latchkey, never seen', raw: 'node:crypto and JSON.parse' }
/** Characters of an own claim: tokens of about 500 and 7000 characters. */
const sizes = { short: 0, long: 4700 }

/**
 * Verifying Ed25519 tokens in one process, each row a batch in each round, by the CPU of the process. Each token arrives as
 * a text of its own, as requests bring them: a text that was looked up before has its hash with it.
 */
export async function tokensSection({ plan, quick, note }: Context): Promise<Outcome> {
  const contenders = await createContenders()
  const rows = [...(await seenRows(contenders)), ...(await sizedRows(contenders))]
  const rounds = plan.rounds
  const costs = new Map(rows.map(({ name }) => [name, [] as number[]]))
  const warmUps = quick ? 3 : 5
  for (let round = 0; round < rounds + warmUps; round++) {
    note(`round ${round + 1} of ${rounds + warmUps}`)
    for (const { name, prepare } of turned(rows, round)) {
      const { verify, tokens } = await prepare()
      const before = process.cpuUsage()
      await verify(tokens)
      const { user, system } = process.cpuUsage(before)
      if (round >= warmUps) costs.get(name)?.push((user + system) / tokens.length)
    }
  }
  const asked: readonly Asked[] = [
    { of: seen.own, to: seen.fastJwt, most: 0.5 },
    { of: seen.own, to: seen.jose, most: 1 / 40 },
    { of: unseen.own, to: unseen.raw, most: 1.15 },
    ...Object.keys(sizes).flatMap((size) =>
      Object.keys(spoilt).map((kind) => ({ of: nameOf(kind, size), to: nameOf('valid', size), most: 1.2 })),
    ),
  ]
  const bounds = asked.map((each) => boundOf(each, costs))
  return { text: [table(costs)], bounds, data: Object.fromEntries(costs), charts: [] }
}

/** A hundred tokens, each of which comes many times. */
async function seenRows({ issue, latchkey, fastJwt, jose, raw }: Contenders): Promise<Row[]> {
  const many = await issue(100)
  const [own, theirs] = [latchkey(), fastJwt()]
  await own(many)
  await theirs(many)
  const often = () => Array.from({ length: 100 }, () => many.map(copied)).flat()
  const few = async (verify: Verify) => ({ verify, tokens: many.map(copied) })
  return [
    { name: seen.own, prepare: async () => ({ verify: own, tokens: often() }) },
    { name: seen.fastJwt, prepare: async () => ({ verify: theirs, tokens: often() }) },
    { name: seen.jose, prepare: () => few(jose) },
    { name: unseen.raw, prepare: () => few(raw) },
    // A new guard each time, which has seen nothing.
    { name: unseen.own, prepare: () => few(latchkey()) },
  ]
}

async function sizedRows({ issue, latchkey, latchkeyRefuses }: Contenders): Promise<Row[]> {
  const rows: Row[] = []
  for (const [size, characters] of Object.entries(sizes)) {
    const good = await issue(50, characters)
    rows.push({
      name: nameOf('valid', size),
      prepare: async () => ({ verify: latchkey(), tokens: good.map(copied) }),
    })
    for (const [kind, spoil] of Object.entries(spoilt)) {
      const bad = good.map(spoil)
      rows.push({
        name: nameOf(kind, size),
        prepare: async () => ({ verify: latchkeyRefuses(), tokens: bad.map(copied) }),
      })
    }
  }
  return rows
}

function nameOf(kind: string, size: string): string {
  return `latchkey, ${size}: ${kind}`
}

function copied(token: string): string {
  return Buffer.from(token, 'latin1').toString('latin1')
}

/** In another order in each round, so that no row always comes after the same one. */
function turned(rows: readonly Row[], by: number): readonly Row[] {
  const at = by % rows.length
  return [...rows.slice(at), ...rows.slice(0, at)]
}

function boundOf({ of, to, most }: Asked, costs: ReadonlyMap<string, readonly number[]>): Bound {
  const others = costs.get(to) ?? []
  const ratios = (costs.get(of) ?? []).map((cost, round) => cost / (others[round] ?? Number.NaN))
  const { low, median, high } = spreadOf(ratios)
  const digits = most < 0.1 ? 4 : 2
  const [shown, ...quartiles] = [median, low, high].map((each) => each.toFixed(digits))
  return {
    what: `${of}, CPU to ${to}`,
    asked: `at most ${most}`,
    measured: `${shown} (${quartiles.join('..')})`,
    met: median <= most,
  }
}

function table(costs: ReadonlyMap<string, readonly number[]>): string {
  const spreads: [string, Spread][] = [...costs].map(([name, each]) => [name, spreadOf(each)])
  const lines = spreads.map(([name, { low, median, high }]) => [
    name,
    median.toFixed(2),
    `${low.toFixed(2)}..${high.toFixed(2)}`,
  ])
  return columns([['verifying an Ed25519 token', 'CPU µs', 'quartiles'], ...lines])
}
