import { AuditError } from './errors.ts'

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0', e: '\u001b' }

/**
 * Splits a command line into its words as a POSIX shell does, and does nothing else that a shell does: no variable,
 * no pattern, no pipe. Throws AuditError `usage` for a quote that is never closed, and for what only a shell could do.
 */
export function splitWords(line: string, option: string): string[] {
  const words: string[] = []
  let word: string | null = null
  for (let at = 0; at < line.length; at += 1) {
    const mark = line[at] ?? ''
    if (/\s/.test(mark)) {
      if (word !== null) words.push(word)
      word = null
    } else if (mark === '\\') {
      at += 1
      // At the end of a line it joins two lines.
      if (line[at] === '\r' && line[at + 1] === '\n') at += 1
      else if (line[at] !== '\n') word = (word ?? '') + (line[at] ?? '')
    } else if (mark === "'" || mark === '"' || (mark === '$' && line[at + 1] === "'")) {
      const quoted = readQuoted(line, at, option)
      word = (word ?? '') + quoted.text
      at = quoted.end
    } else if (/[|&;<>`()]/.test(mark)) {
      throw new AuditError(
        'usage',
        `${option} is run without a shell, so that ${mark} does nothing: put such a line into a script and name that`,
      )
    } else {
      word = (word ?? '') + mark
    }
  }
  return word === null ? words : [...words, word]
}

function readQuoted(line: string, start: number, option: string): { text: string; end: number } {
  const isAnsi = line[start] === '$'
  const quote = isAnsi ? "'" : line[start]
  let text = ''
  for (let at = start + (isAnsi ? 2 : 1); at < line.length; at += 1) {
    const mark = line[at] ?? ''
    if (mark === quote) return { text, end: at }
    const next = line[at + 1] ?? ''
    if (mark !== '\\' || (quote === "'" && !isAnsi)) text += mark
    else if (isAnsi) {
      const code = /^(?:x([\da-f]{1,2})|u([\da-f]{1,4}))/i.exec(line.slice(at + 1))
      const digits = code?.[1] ?? code?.[2]
      text +=
        digits === undefined ? (ESCAPES[next] ?? next) : String.fromCharCode(Number.parseInt(digits, 16))
      at += code?.[0].length ?? 1
    } else if (/["\\$`]/.test(next)) {
      text += next
      at += 1
    } else if (next === '\n') at += 1
    else text += mark
  }
  throw new AuditError('usage', `a quote in ${option} is never closed`)
}
