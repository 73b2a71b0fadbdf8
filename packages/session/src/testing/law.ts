import type { SessionStore } from '../store.ts'

/** One law as data, for any test runner: `for (const law of laws) test(law.name, law.run)`. */
export interface Law {
  readonly name: string
  /** Resolves when the law holds; rejects with an AssertionError that says what did not. */
  run(): Promise<void>
}

/** An empty store for one law. Whatever `close` of it does not free, the caller frees. */
export type MakeStore = () => SessionStore | Promise<SessionStore>

/** Laws over a fresh store each, closed afterwards. */
export function lawsOver(
  makeStore: MakeStore,
  bodies: Readonly<Record<string, (store: SessionStore) => Promise<void>>>,
): Law[] {
  return Object.entries(bodies).map(([name, body]) => ({
    name,
    async run() {
      const store = await makeStore()
      try {
        await body(store)
      } finally {
        await store.close?.()
      }
    },
  }))
}
