import { createHash } from 'node:crypto'
import type { Report } from '../../judging/check.ts'
import { html, type Markup } from '../escape.ts'
import { reportCss } from './css.ts'
import { fragment } from './fragment.ts'

/** Colours follow the reader's scheme; printing is always light. The fragment's own rules are in reportCss. */
const pageCss = `
:root { color-scheme: light dark; }
body { margin: 0; background: light-dark(#f6f7f9, #0e1116); }
.lk-page { max-width: 58rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
@media (max-width: 40rem) { .lk-page { padding: 1.25rem 0.9rem 3rem; } }
@media print { :root { color-scheme: light; } body { background: #fff; } .lk-page { padding: 0; max-width: none; } }
`

const style: Markup = { markup: pageCss + reportCss }

/**
 * One self-contained page: no script, nothing loaded. Its own policy allows its one style sheet and nothing
 * else, so that even a slip in escaping could run no script.
 */
export function renderHtml(report: Report): string {
  const hash = createHash('sha256').update(style.markup).digest('base64')
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="${report.tool.name} ${report.tool.version}">
<title>Session audit of ${report.target.origin}</title>
<style>${style}</style>
</head>
<body>
<main class="lk-page">
<header class="lk-report lk-title">
<p class="lk-eyebrow">Session audit</p>
<h1>${report.target.url}</h1>
<p class="lk-when">${when(report.finishedAt)} · ${report.tool.name} ${report.tool.version}</p>
</header>
${fragment(report)}
</main>
</body>
</html>
`
  return page.markup
}

function when(iso: string): string {
  return iso.replace('T', ' ').replace(/(:\d\d):\d\d(\.\d+)?Z$/, '$1 UTC')
}
