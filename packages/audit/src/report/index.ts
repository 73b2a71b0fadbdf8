import type { Report } from '../judging/check.ts'
import { renderHtml } from './html/html.ts'
import { renderJson } from './json.ts'
import { renderJunit } from './junit.ts'
import { renderMarkdown } from './markdown.ts'
import type { RenderOptions } from './render-options.ts'
import { renderSarif } from './sarif.ts'
import { renderText } from './text.ts'

export type { RenderOptions } from './render-options.ts'

/** Every format, by the name that --format takes. */
export const renderers = {
  /** See {@link renderText}. */
  text: renderText,
  /** See {@link renderJson}. */
  json: renderJson,
  /** See {@link renderHtml}. */
  html: renderHtml,
  /** See {@link renderMarkdown}. */
  markdown: renderMarkdown,
  /** See {@link renderSarif}. */
  sarif: renderSarif,
  /** See {@link renderJunit}. */
  junit: renderJunit,
} satisfies Record<string, (report: Report, options?: RenderOptions) => string>

export type Format = keyof typeof renderers
