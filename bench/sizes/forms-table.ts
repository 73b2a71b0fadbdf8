import type { Bound } from '../speed/bounds.ts'
import { type Spread, spreadOf } from '../speed/statistics.ts'
import { columns, count } from '../speed/table.ts'
import type { FormName, FormResult } from './forms.ts'

const most = { bytes: 1.05, cpu: 1.1, stop: 1 / 3 } as const

export function formsTable(results: readonly FormResult[]): string {
  const head = [
    'sessions in the process',
    'sessions',
    'bytes each',
    'to JSON',
    'CPU µs',
    'to objects',
    'quartiles',
    'longest GC, ms',
    'to objects',
  ]
  const lines = results.map((result) => {
    const { name, label, sessions, bytesPerSession, pairs, stops } = result
    const cpu = cpuOf(result)
    const stop = stopOf(results, name)
    return [
      label,
      count(sessions),
      isCounted(result) ? count(bytesPerSession) : '',
      isCounted(result) ? (bytesToJson(results, result)?.toFixed(2) ?? '') : '',
      spreadOf(pairs.map(({ own }) => own.cpu)).median.toFixed(1),
      cpu?.median.toFixed(2) ?? '',
      cpu ? quartilesOf(cpu) : '',
      stops.length > 0 ? spreadOf(stops).median.toFixed(0) : '',
      stops.length > 0 && stop ? stop.median.toFixed(2) : '',
    ]
  })
  return columns([head, ...lines])
}

/** What is asked of the memory store beside a Map of JSON texts, and beside the Map of objects that it was. */
export function formBounds(results: readonly FormResult[]): Bound[] {
  const own = results.filter(({ name }) => name === 'memory')
  const bytes = own.filter(isCounted).map((result) => {
    const ratio = bytesToJson(results, result) ?? Number.NaN
    return {
      what: `memory with ${count(result.sessions)} sessions, bytes to those of a Map of JSON texts`,
      asked: `at most ${most.bytes}`,
      measured: ratio.toFixed(2),
      met: ratio <= most.bytes,
    }
  })
  const cpu = own.map((result) => ({
    what: `memory with ${count(result.sessions)} sessions, CPU of a request to that with a Map of objects`,
    asked: `at most ${most.cpu}`,
    ...judged(cpuOf(result), most.cpu),
  }))
  const stops = own
    .filter(({ stops }) => stops.length > 0)
    .map(({ name, sessions }) => ({
      what: `memory with ${count(sessions)} sessions, longest garbage collection to that of a Map of objects`,
      asked: 'at most a third',
      ...judged(stopOf(results, name), most.stop),
    }))
  return [...bytes, ...cpu, ...stops]
}

// The first thousand are not counted (populated.ts), so the smallest size has none that are.
const isCounted = ({ sessions }: FormResult) => sessions > 1000

function bytesToJson(
  results: readonly FormResult[],
  { sessions, bytesPerSession }: FormResult,
): number | null {
  const json = results.find((each) => each.name === 'memory-json' && each.sessions === sessions)
  return json ? bytesPerSession / json.bytesPerSession : null
}

/** Beside a Map of objects in the same seconds; null for that itself. */
function cpuOf({ pairs }: FormResult): Spread | null {
  const ratios = pairs.flatMap(({ own, floor }) => (floor ? [own.cpu / floor.cpu] : []))
  return ratios.length > 0 ? spreadOf(ratios) : null
}

/** Beside that of a Map of objects in the same round; null for that itself. */
function stopOf(results: readonly FormResult[], name: FormName): Spread | null {
  if (name === 'memory-objects') return null
  const stopsOf = (form: FormName) =>
    results.find((each) => each.name === form && each.stops.length > 0)?.stops ?? []
  const former = stopsOf('memory-objects')
  return spreadOf(stopsOf(name).map((stop, round) => stop / (former[round] ?? Number.NaN)))
}

function judged(ratio: Spread | null, most: number): Pick<Bound, 'measured' | 'met'> {
  if (!ratio) return { measured: 'nothing', met: false }
  return { measured: `${ratio.median.toFixed(2)} (${quartilesOf(ratio)})`, met: ratio.median <= most }
}

const quartilesOf = ({ low, high }: Spread) => `${low.toFixed(2)}..${high.toFixed(2)}`
