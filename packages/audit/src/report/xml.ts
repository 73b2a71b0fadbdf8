import { type HtmlValue, html, type Markup } from './escape.ts'

/** As {@link html}; what XML 1.0 has no way to write is left out, and control characters are shown as codes. */
export function xml(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Markup {
  return { markup: html(parts, ...values).markup.replace(/[\ufffe\uffff]|\p{Surrogate}/gu, '') }
}
