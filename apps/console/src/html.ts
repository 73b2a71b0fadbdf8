import type { HtmlEscapedString } from 'hono/utils/html'

/** HTML in which what was put in is escaped, as the `html` of Hono makes it. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>
