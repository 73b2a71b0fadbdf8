// What `values/json.ts` refuses at run time, as far as types can tell (RFC 8259).

type Lost =
  | ((...args: never[]) => unknown)
  | bigint
  | symbol
  | Date
  | RegExp
  | Error
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakKeyed
  | ArrayBufferLike
  | ArrayBufferView
  | URL
  | Promise<unknown>

type WeakKeyed = WeakMap<WeakKey, unknown> | WeakSet<WeakKey>

/** What the compiler says of a value that JSON cannot carry. */
type Refusal = 'JSON cannot carry this: store text, a number, or an object of such'

/** The type itself where JSON carries all of it; what it would lose is a {@link Refusal} in its place. */
export type Storable<Value> = unknown extends Value
  ? Value
  : Value extends string | number | boolean | null | undefined
    ? Value
    : Value extends Lost
      ? Refusal
      : { [Key in keyof Value]: Storable<Value[Key]> }

/** Data of a session whose values JSON can carry: anything else is a compile error. */
export type StorableData<Data> = { [Key in keyof Data]: Storable<Data[Key]> }
