import type { Credential } from '../../network/cookies/jar.ts'

/** A cookie whose name holds a random part, other in each answer or for each login. */
export interface Renaming {
  /** Its name in the report: `s*`. */
  readonly label: string
  readonly pattern: RegExp
}

/** Of two names of equal length, what differs is written in the first of these that fits. */
const ALPHABETS = ['0-9', '0-9a-f', '0-9A-F', '0-9a-f-', '0-9a-z', '0-9A-Za-z', '\\w-']
const SHORTEST = 6
/** More names than a browser would keep of one site tell no more. */
const MOST_NAMES = 60

/** What of these names, one after another given to one browser or to several, is one cookie under changing names. */
export function findRenamings(names: readonly string[]): readonly Renaming[] {
  const known = [...new Set(names)].slice(0, MOST_NAMES)
  const found = new Map<string, Renaming>()
  known.forEach((one, at) => {
    for (const other of known.slice(at + 1)) {
      const pattern = patternOf(one, other)
      if (pattern === null || found.has(pattern)) continue
      const matching = new RegExp(`^${pattern}$`)
      const label = labelOf(known.filter((name) => matching.test(name)))
      found.set(pattern, { label, pattern: matching })
    }
  })
  return [...found.values()]
}

/** The label of a name that changes, else the name. */
export function underLabel(name: string, renamings: readonly Renaming[]): string {
  return renamings.find(({ pattern }) => pattern.test(name))?.label ?? name
}

/** The credentials under names that stay; each is sent under its own. */
export function asNamed(
  credentials: readonly Credential[],
  renamings: readonly Renaming[],
): readonly Credential[] {
  return credentials.map((credential) => {
    const name = underLabel(credential.name, renamings)
    return name === credential.name ? credential : { ...credential, name, sentAs: credential.name }
  })
}

/** Whether a part of the name may be random, so that another login is worth it to see. */
export function mayBeRenamed(name: string): boolean {
  return (name.match(/[0-9A-Za-z]{8,}/g) ?? []).some((run) => (run.match(/\d/g) ?? []).length >= 2)
}

function patternOf(one: string, other: string): string | null {
  if (one.length !== other.length) return null
  const prefix = commonPrefix([one, other]).length
  const suffix = commonSuffix([one.slice(prefix), other.slice(prefix)]).length
  const middles = [one, other].map((name) => name.slice(prefix, name.length - suffix))
  const alphabet = ALPHABETS.find((members) => middles.every((middle) => only(members).test(middle)))
  if (alphabet === undefined) return null
  // Random parts may begin or end alike by chance; a separator is no part of them.
  const grows = only(alphabet.replace('\\w-', '0-9A-Za-z').replace('f-', 'f'))
  let from = prefix
  while (from > 0 && grows.test(one.charAt(from - 1))) from -= 1
  let to = one.length - suffix
  while (to < one.length && grows.test(one.charAt(to))) to += 1
  const parts = [one.slice(from, to), other.slice(from, to)]
  if (to - from < SHORTEST || !parts.some((part) => /\d/.test(part))) return null
  return `${escaped(one.slice(0, from))}[${alphabet}]{${to - from}}${escaped(one.slice(to))}`
}

function only(members: string): RegExp {
  return new RegExp(`^[${members}]+$`)
}

function labelOf(names: readonly string[]): string {
  const prefix = commonPrefix(names)
  return `${prefix}*${commonSuffix(names.map((name) => name.slice(prefix.length)))}`
}

function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names
  let length = 0
  while (length < first.length && others.every((name) => name[length] === first[length])) length += 1
  return first.slice(0, length)
}

function commonSuffix(names: readonly string[]): string {
  const backwards = (name: string) => [...name].reverse().join('')
  return backwards(commonPrefix(names.map(backwards)))
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
