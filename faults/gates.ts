/** Holds requests open after their session was loaded, until told to go on: a race without a sleep. */
export class Gates {
  readonly #gates = new Map<
    string,
    { arrived: PromiseWithResolvers<void>; opened: PromiseWithResolvers<void> }
  >()

  /** Reports the arrival and waits. */
  async pass(name: string): Promise<void> {
    const gate = this.#gate(name)
    gate.arrived.resolve()
    await gate.opened.promise
  }

  arrival(name: string): Promise<void> {
    return this.#gate(name).arrived.promise
  }

  /** Also ends the waiting for one that never arrived. */
  open(name: string): void {
    const gate = this.#gate(name)
    gate.arrived.resolve()
    gate.opened.resolve()
    this.#gates.delete(name)
  }

  #gate(name: string) {
    const gate = this.#gates.get(name) ?? {
      arrived: Promise.withResolvers<void>(),
      opened: Promise.withResolvers<void>(),
    }
    this.#gates.set(name, gate)
    return gate
  }
}
