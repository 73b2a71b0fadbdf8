type Identical<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Compiles only where both are the same type: `any` is the same as itself alone. */
export declare function same<A, B>(
  ...differ: Identical<A, B> extends true ? [] : ['these types differ']
): void
