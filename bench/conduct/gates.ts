/** Holds requests open at a chosen point, so that a race happens in the same order every time, without sleeping. */
export interface Gates {
  /** A new closed gate; its name goes into the request that is to wait at it. */
  create(): Gate
  /** Called by the server: reports the arrival and waits. No name, no waiting. */
  pass(name: string | null): Promise<void>
}

export interface Gate {
  readonly name: string
  /** Resolves when the request has arrived at the gate. */
  readonly arrived: Promise<void>
  open(): void
}

export function createGates(): Gates {
  const waiting = new Map<string, { arrive(): void; opened: Promise<void> }>()
  let count = 0
  return {
    create() {
      const name = `gate-${++count}`
      const arrival = Promise.withResolvers<void>()
      const opening = Promise.withResolvers<void>()
      waiting.set(name, { arrive: arrival.resolve, opened: opening.promise })
      return { name, arrived: arrival.promise, open: opening.resolve }
    },
    async pass(name) {
      if (name === null) return
      const gate = waiting.get(name)
      if (!gate) throw new Error(`There is no ${name}.`)
      waiting.delete(name)
      gate.arrive()
      await gate.opened
    },
  }
}
