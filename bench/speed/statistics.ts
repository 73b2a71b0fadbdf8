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

function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)]
  const above = sorted[Math.ceil(at)]
  if (below === undefined || above === undefined) throw new RangeError('There are no numbers.')
  return below + (above - below) * (at - Math.floor(at))
}
