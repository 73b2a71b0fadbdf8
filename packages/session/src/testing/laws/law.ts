import { AsyncLocalStorage } from 'node:async_hooks'
import type { SessionsOptions } from '../../options.ts'
import type { SessionStore } from '../../store.ts'

/** One law as data, for any test runner: `for (const law of laws) test(law.name, law.run)`. */
export interface Law {
  readonly name: string
  /** Resolves when the law holds; rejects with an AssertionError that says what did not. */
  run(): Promise<void>
}

/** An empty store for one law. Whatever `close` of it does not free, the caller frees. */
export type MakeStore = () => SessionStore | Promise<SessionStore>

/** What the laws are run with: every `createSessions` of a law has these options, unless the law gives its own. */
export type LawOptions = Partial<Pick<SessionsOptions, 'sealed'>>

const running = new AsyncLocalStorage<LawOptions>()

/** Of the law that is running. */
export function lawOptions(): LawOptions {
  return running.getStore() ?? {}
}

/** Laws over a fresh store each, closed afterwards. */
export function lawsOver(
  makeStore: MakeStore,
  bodies: Readonly<Record<string, (store: SessionStore) => Promise<void>>>,
  options: LawOptions = {},
): Law[] {
  return Object.entries(bodies).map(([name, body]) => ({
    name,
    async run() {
      const store = await makeStore()
      try {
        await running.run(options, () => body(store))
      } finally {
        await store.close?.()
      }
    },
  }))
}
