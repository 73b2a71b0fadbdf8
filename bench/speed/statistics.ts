/** Median and quartiles of some numbers, by linear interpolation. */
export interface Spread {
  readonly low: number
  readonly median: number
  readonly high: number
}

/** @throws RangeError for no numbers at all */
export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b)
  return { low: quantile(sorted, 0.25), median: quantile(sorted, 0.5), high: quantile(sorted, 0.75) }
}

/** Half of the numbers are at most `p50`, 99 of 100 at most `p99`, all at most `max`. */
export interface Tail {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** @throws RangeError for no numbers at all */
export function tailOf(numbers: readonly number[]): Tail {
  const sorted = Float64Array.from(numbers).sort()
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: quantile(sorted, 1) }
}

function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)]
  const above = sorted[Math.ceil(at)]
  if (below === undefined || above === undefined) throw new RangeError('There are no numbers.')
  return below + (above - below) * (at - Math.floor(at))
}
