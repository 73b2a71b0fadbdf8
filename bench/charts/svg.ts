/** A picture for the documentation. */
export interface Chart {
  /** File name without its ending. */
  readonly name: string
  readonly svg: string
}

export type Tone = 'own' | 'floor' | 'peer'

export const fontSize = 15
export const width = 860
export const margin = 24

/** Escapes text for an element or a quoted attribute. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** Text for a document: left of x by default. */
export function text(x: number, y: number, content: string, classes = '', anchor = 'start'): string {
  return `<text x="${round(x)}" y="${round(y)}" class="${classes}" text-anchor="${anchor}">${escaped(content)}</text>`
}

export const round = (number: number) => Number(number.toFixed(1))

// The picture brings its own background: the page around it may be light or dark, whatever the system says.
const style = `
  svg { --ground: #ffffff; --ink: #1f2328; --quiet: #59636e; --line: #d1d9e0; --own: #1a7f4b; --floor: #8c959f; --peer: #b35900; }
  @media (prefers-color-scheme: dark) {
    svg { --ground: #0d1117; --ink: #f0f6fc; --quiet: #9aa4af; --line: #3d444d; --own: #3fb970; --floor: #7d8590; --peer: #e08c3a; }
  }
  text { font: ${fontSize}px system-ui, sans-serif; fill: var(--ink); }
  .title { font-size: 20px; font-weight: 600; }
  .head { font-weight: 600; }
  .quiet { fill: var(--quiet); }
  .ground { fill: var(--ground); }
  .line { stroke: var(--line); }
  .own { fill: var(--own); } .floor { fill: var(--floor); } .peer { fill: var(--peer); }
`

/** A whole picture; `title` is what a screen reader says. */
export function svgDocument(
  height: number,
  title: string,
  subtitle: string,
  body: readonly string[],
): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${round(height)}" width="${width}" height="${round(height)}" role="img" aria-label="${escaped(`${title}. ${subtitle}`)}">
<style>${style}</style>
<rect class="ground" width="${width}" height="${round(height)}" rx="8"/>
${text(margin, 40, title, 'title')}
${text(margin, 64, subtitle, 'quiet')}
${body.join('\n')}
</svg>
`
}

/** Where the body may begin. */
export const bodyTop = 88
