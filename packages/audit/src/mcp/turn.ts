import { ToolError } from './tool-error.ts'

/** Takes one at a time; whoever comes meanwhile is refused. */
export interface Turn {
  take<T>(what: string, work: () => Promise<T>): Promise<T>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
}

/** Two sign-ins to one account at once would disturb each other, and what they prove. */
export function createTurn(): Turn {
  let taken: { readonly what: string; readonly done: Promise<unknown> } | null = null
  return {
    async take(what, work) {
      if (taken !== null) {
        throw new ToolError('busy', `${taken.what} is under way, and this server does one at a time`)
      }
      const done = work()
      taken = { what, done }
      try {
        return await done
      } finally {
        taken = null
      }
    },
    async idle() {
      await taken?.done.catch(() => {})
    },
  }
}
