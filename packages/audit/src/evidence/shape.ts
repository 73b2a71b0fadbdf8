/**
 * Shapes of plain JSON. Each answers null when a value has it, else where it has not and what was wanted.
 * Unknown members are let through, so that a newer minor version can add some.
 */
export type Shape = (value: unknown, at: string) => string | null

export const text: Shape = (value, at) => (typeof value === 'string' ? null : `${at} is no text`)

export const flag: Shape = (value, at) =>
  typeof value === 'boolean' ? null : `${at} is neither true nor false`

export const number: Shape = (value, at) =>
  typeof value === 'number' && Number.isFinite(value) ? null : `${at} is no number`

export function orNull(shape: Shape): Shape {
  return (value, at) => (value === null ? null : shape(value, at))
}

export function optional(shape: Shape): Shape {
  return (value, at) => (value === undefined ? null : shape(value, at))
}

export function oneOf(...words: readonly string[]): Shape {
  return (value, at) =>
    typeof value === 'string' && words.includes(value) ? null : `${at} is none of ${words.join(', ')}`
}

export function list(shape: Shape): Shape {
  return (value, at) => {
    if (!Array.isArray(value)) return `${at} is no list`
    return firstOf(value.map((item, index) => () => shape(item, `${at}[${index}]`)))
  }
}

export function record(shape: Shape): Shape {
  return (value, at) => {
    if (!isObject(value)) return `${at} is no object`
    return firstOf(
      Object.entries(value).map(
        ([key, item]) =>
          () =>
            shape(item, `${at}.${key}`),
      ),
    )
  }
}

export function object(members: Readonly<Record<string, Shape>>): Shape {
  return (value, at) => {
    if (!isObject(value)) return `${at} is no object`
    const own = (key: string): unknown => (Object.hasOwn(value, key) ? value[key] : undefined)
    return firstOf(
      Object.entries(members).map(
        ([key, shape]) =>
          () =>
            shape(own(key), `${at}.${key}`),
      ),
    )
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function firstOf(tries: readonly (() => string | null)[]): string | null {
  for (const attempt of tries) {
    const wrong = attempt()
    if (wrong !== null) return wrong
  }
  return null
}
