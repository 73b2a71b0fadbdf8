import { adapters } from './adapters.ts'
import { others } from './others.ts'
import type { Parts } from './part.ts'
import { stores } from './stores.ts'

/** Everything that is tried, by its name. */
export const parts: Parts = { ...adapters, ...stores, ...others }
