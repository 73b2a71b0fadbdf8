/** HTML that is known to be safe: made by {@link html}, or constant. */
export interface Markup {
  readonly markup: string
}

const characters: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Everything put in is escaped, for text and for quoted attributes, unless it is itself Markup. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Markup {
  const written = parts.map((part, at) => part + (at < values.length ? toMarkup(values[at]) : ''))
  return { markup: written.join('') }
}

export type HtmlValue = string | number | null | undefined | Markup | readonly HtmlValue[]

function toMarkup(value: HtmlValue): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value))
  if ('markup' in value) return value.markup
  return value.map(toMarkup).join('')
}

function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => characters[character] ?? '')
}

/**
 * Shows control and direction-changing characters as `\xNN` and `\u{NNNN}`: what a site sends must neither
 * steer the reader's terminal nor reorder the line it stands in.
 */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}
