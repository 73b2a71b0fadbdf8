import type { SessionRecord } from '../store.ts'

/** The values of a session object, each as the JSON text that is stored of it. */
export type Texts = ReadonlyMap<string, string>

export interface Change {
  readonly set?: SessionRecord['data']
  readonly unset?: readonly string[]
}

/**
 * What a request has made of its session object: compared deeply, by the JSON of each value. Only this is written, so
 * that requests at once which change different values lose nothing to each other. Null where nothing has changed.
 */
export function changeOf(before: Texts, after: Texts): Change | null {
  const set = [...after].filter(([key, text]) => before.get(key) !== text)
  const unset = [...before.keys()].filter((key) => !after.has(key))
  if (set.length === 0 && unset.length === 0) return null
  return { ...(set.length > 0 && { set: Object.fromEntries(set) }), ...(unset.length > 0 && { unset }) }
}

/**
 * @param isValue whether the name is one of the application's values
 * @param encode as `Values` of the session has it
 * @throws SessionError `value_not_json`, `value_invalid`
 */
export function textsOf(
  session: object,
  isValue: (name: string, value: unknown) => boolean,
  encode: (name: string, value: unknown) => string,
): Texts {
  const texts = new Map<string, string>()
  for (const [name, value] of Object.entries(session)) {
    // As JSON has it of members of an object: what is undefined is not there.
    if (value !== undefined && isValue(name, value)) texts.set(name, encode(name, value))
  }
  return texts
}
