/** A clock for a console that runs as the machine's does, until it is put forward. */
export function clock(): { readonly now: () => number; forward(milliseconds: number): void } {
  let ahead = 0
  return {
    now: () => Date.now() + ahead,
    forward(milliseconds) {
      ahead += milliseconds
    },
  }
}

export const minute = 60_000
export const day = 86_400_000
