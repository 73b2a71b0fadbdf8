type Value = number | null

/**
 * What a value may be read as. A write that was refused is under way for ever: it may still land, once, at any time.
 */
export class Register {
  #current: Value = null
  readonly #pending = new Set<Value>()
  readonly #replaced = new Map<Value, number>()

  confirm(value: Value, at: number): void {
    this.#replaced.set(this.#current, at)
    this.#current = value
  }

  doubt(value: Value): void {
    this.#pending.add(value)
  }

  /**
   * Takes note of a value that was read.
   * @returns when it had been replaced, for a value that was; null for one that never was; 'right' for others
   */
  observe(value: Value, at: number): 'right' | number | null {
    if (value === this.#current) return 'right'
    if (this.#pending.delete(value)) {
      this.confirm(value, at)
      return 'right'
    }
    return this.#replaced.get(value) ?? null
  }

  /** After a documented loss, the old value is the one that counts. */
  rebase(value: Value): void {
    this.#current = value
  }
}
