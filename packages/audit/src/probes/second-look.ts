/** What was seen once and is to be looked at again after a while, before it can be said what it shows. */
export interface SecondLook<T> {
  readonly afterMs: number
  /** Whether other steps may be taken meanwhile: nothing that they do can change what will be seen. */
  readonly meanwhile: boolean
  /** Is taken side by side with the looks of other steps. */
  look(): Promise<void>
  /** Comes after all of those. */
  conclude(): Promise<T>
}

export function isSecondLook<T>(found: T | SecondLook<T>): found is SecondLook<T> {
  return typeof found === 'object' && found !== null && 'conclude' in found && 'afterMs' in found
}
