/** A part of an expression: what is written out, or what only running it would tell. */
type Part = { readonly text: string } | { readonly unknown: string }

const MOST = 400
const MOST_NAMES = 3
/** What stands before the path when the host is filled in: a scheme, or the choice of one. */
const SCHEMES = /^(?:(?:https?|wss?)?:?(?:\/\/)?)*$/
const NAME = /^(?:[\w$]+\.)*([\w$]+)$/

/**
 * The address that an expression in a script gives, as it is written from `at` on: `'/live'`, `base + '/live'`,
 * `(secure ? 'wss://' : 'ws://') + location.host + '/live'`, or the name of something that is that. Null where a part of the
 * path is not written out.
 */
export function writtenAddress(script: string, at: number): string | null {
  const parts = named(script, readParts(script, at), MOST_NAMES)
  const last = parts.findLastIndex((part) => 'unknown' in part)
  const before = textOf(parts.slice(0, Math.max(last, 0)))
  const rest = textOf(parts.slice(last + 1))
  if (last === -1) return rest || null
  if (SCHEMES.test(before) && /^\/(?!\/)/.test(rest)) return rest
  // What is filled in after the question mark need not be known.
  const first = parts.findIndex((part) => 'text' in part && !SCHEMES.test(part.text))
  const part = parts[first]
  const isFirst = SCHEMES.test(textOf(parts.slice(0, Math.max(first, 0))))
  return part && 'text' in part && isFirst && /^\/(?!\/)[^?]*\?/.test(part.text) ? part.text : null
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => ('text' in part ? part.text : '')).join('')
}

/** What is a name of something that the script gives a value once is that value. */
function named(script: string, parts: readonly Part[], most: number): readonly Part[] {
  if (most === 0) return parts
  return parts.flatMap((part) => {
    const [, name] = 'unknown' in part ? (NAME.exec(part.unknown) ?? []) : []
    if (name === undefined) return [part]
    const [given, another] = script.matchAll(
      new RegExp(`(?<![\\w$])${name.replaceAll('$', '\\$')}\\s*=(?![=>])`, 'g'),
    )
    if (!given || another) return [part]
    const value = readParts(script, given.index + given[0].length, true)
    return value.length === 0 ? [part] : named(script, value, most - 1)
  })
}

/** @param isLine whether it ends where a line does, as a statement without a semicolon */
function readParts(script: string, start: number, isLine = false): Part[] {
  const parts: Part[] = []
  const end = Math.min(script.length, start + MOST)
  let code = ''
  let depth = 0
  /** The depth of a call whose further arguments are passed over. */
  let over: number | null = null
  const flush = () => {
    const bare = code.replace(/[\s()[\]]/g, '')
    if (bare !== '' && !bare.startsWith('.')) parts.push({ unknown: bare })
    code = ''
  }
  const add = (part: Part) => {
    flush()
    if (over === null) parts.push(part)
  }
  for (let at = start; at < end; at += 1) {
    const sign = script.charAt(at)
    if (sign === '"' || sign === "'") {
      const close = script.indexOf(sign, at + 1)
      if (close === -1) return []
      add({ text: script.slice(at + 1, close) })
      at = close
    } else if (sign === '`') {
      const { parts: inner, close } = readTemplate(script, at + 1, end)
      if (script.charAt(close) !== '`') return []
      for (const part of inner) add(part)
      at = close
    } else if ('([{'.includes(sign)) {
      depth += 1
      if (over === null) code += sign
    } else if (')]}'.includes(sign)) {
      if (depth === 0) break
      if (over === depth) over = null
      depth -= 1
    } else if (depth === 0 && (sign === ',' || sign === ';' || (isLine && endsLine(script, at)))) break
    else if (sign === ',') over ??= depth
    else if (sign === '+') flush()
    else if (over === null) code += sign
  }
  flush()
  return parts
}

function endsLine(script: string, at: number): boolean {
  if (script.charAt(at) !== '\n') return false
  return (
    !/[=+?:(]\s*$/.test(script.slice(Math.max(0, at - 20), at)) &&
    !/^\s*[+?:.]/.test(script.slice(at, at + 20))
  )
}

function readTemplate(script: string, start: number, end: number): { parts: Part[]; close: number } {
  const parts: Part[] = []
  let text = ''
  let at = start
  while (at < end && script.charAt(at) !== '`') {
    if (script.startsWith('${', at)) {
      if (text !== '') parts.push({ text })
      text = ''
      parts.push(...readParts(script, at + 2))
      at = closing(script, at + 2, end) + 1
    } else {
      text += script.charAt(at)
      at += 1
    }
  }
  if (text !== '') parts.push({ text })
  return { parts, close: at }
}

function closing(script: string, start: number, end: number): number {
  let depth = 0
  for (let at = start; at < end; at += 1) {
    if (script.charAt(at) === '{') depth += 1
    if (script.charAt(at) === '}') {
      if (depth === 0) return at
      depth -= 1
    }
  }
  return end
}
