/** The promise of what an application calls: it knows whether anybody has looked at it. */
export class OperationPromise<T> extends Promise<T> {
  /** Awaited, returned from an async function, given to Promise.all: whatever asks for what becomes of it. */
  isAwaited = false

  // What is made of it is an ordinary promise.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise
  }

  static of<T>(result: Promise<T>): OperationPromise<T> {
    const operation = new OperationPromise<T>((resolve, reject) => void result.then(resolve, reject))
    // Whoever looks at it gets the error; where nobody does, it must not end the process.
    operation.#settle()
    return operation
  }

  // biome-ignore lint/suspicious/noThenProperty: that it is called is what is to be known.
  override then<Done = T, Failed = never>(
    done?: ((value: T) => Done | PromiseLike<Done>) | null,
    failed?: ((reason: unknown) => Failed | PromiseLike<Failed>) | null,
  ): Promise<Done | Failed> {
    this.isAwaited = true
    return super.then(done, failed)
  }

  #settle(): void {
    super.then(undefined, () => undefined)
  }
}
