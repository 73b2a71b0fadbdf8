import type { Report } from '../judging/check.ts'
import { renderHtml } from './html/html.ts'
import { renderJson } from './json.ts'
import { renderText } from './text.ts'

export interface RenderOptions {
  /** Terminal colours; only the text format has any. Default false. */
  readonly colour?: boolean
}

/** Every format, by the name that --format takes. */
export const renderers = {
  /** See {@link renderText}. */
  text: renderText,
  /** See {@link renderJson}. */
  json: renderJson,
  /** See {@link renderHtml}. */
  html: renderHtml,
} satisfies Record<string, (report: Report, options?: RenderOptions) => string>

export type Format = keyof typeof renderers
