import { hashModel } from './hashes.ts'
import type { Model, Seen } from './model.ts'
import { numberModel } from './numbers.ts'

/** What explains all of these IDs, in the order in which they were issued; null where nothing that is tried does. */
export function predict(seen: readonly Seen[], now: () => number = Date.now): Model | null {
  return numberModel(seen.map(({ id }) => id)) ?? hashModel(seen, now)
}
