import type { z } from 'zod'
import { nearest } from './nearest.ts'

type Path = readonly PropertyKey[]

/**
 * What is wrong with a file, each problem in a line: where in the file, what is there, and what may be. What is there is
 * shown where it can be no secret.
 */
export function problemsOf(schema: z.core.$ZodType, given: unknown, error: z.core.$ZodError): string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => unknownKey(issue.path, key, membersAt(schema, issue.path)))
    }
    const value = valueAt(given, issue.path)
    const where = pathOf(issue.path)
    if (value === undefined) return `${where} is missing: it ${issue.message}`
    const shown = isHarmless(issue, value) ? ` is ${JSON.stringify(value)}: it` : ''
    return `${where}${shown} ${issue.message}${suggestion(issue, value)}`
  })
}

function unknownKey(path: Path, key: string, members: readonly string[]): string {
  const near = nearest(key, members)
  const there = near === null ? `there are ${members.join(', ')}` : `did you mean ${JSON.stringify(near)}?`
  return `${pathOf(path)} has no ${JSON.stringify(key)}: ${there}`
}

function suggestion(issue: z.core.$ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return ''
  const near = nearest(
    value,
    issue.values.filter((each) => typeof each === 'string'),
  )
  return near === null ? '' : `; did you mean ${JSON.stringify(near)}?`
}

/** Numbers and words of a list are; other texts may be what somebody wrote in the wrong place. */
function isHarmless(issue: z.core.$ZodIssue, value: unknown): boolean {
  if (typeof value === 'string') return issue.code === 'invalid_value' || issue.path[0] === 'expect'
  return typeof value === 'number' || typeof value === 'boolean' || value === null
}

function pathOf(path: Path): string {
  const words = path.map((part, at) => {
    if (typeof part === 'number') return `[${part}]`
    return `${at === 0 ? '' : '.'}${String(part)}`
  })
  return words.join('') || 'the file'
}

function valueAt(given: unknown, path: Path): unknown {
  let value = given
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}

/** What of a schema leads further in. */
interface Inside {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly element?: z.core.$ZodType
  readonly valueType?: z.core.$ZodType
  readonly innerType?: z.core.$ZodType
  readonly in?: z.core.$ZodType
}

/** The names that the object at this place may have. */
function membersAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  let here: Inside = inside(schema)
  for (const part of path) {
    const next = here.shape?.[String(part)] ?? here.element ?? here.valueType
    if (next === undefined) return []
    here = inside(next)
  }
  return Object.keys(here.shape ?? {}).filter((name) => name !== '$schema')
}

function inside(schema: z.core.$ZodType): Inside {
  const def = schema._zod.def as z.core.$ZodTypeDef & Inside
  const inner = def.innerType ?? def.in
  return inner === undefined ? def : inside(inner)
}
