// RFC 9110 section 12.5.1. Who says nothing, or takes anything, gets text, which is right on a terminal too.

/** Whether a request would rather have JSON than text or a page: of those at the same weight, the one it names first. */
export function prefersJson(accept: string): boolean {
  const ranges = accept
    .split(',')
    .map(rangeOf)
    .filter(({ weight, kind }) => weight > 0 && kind !== null)
  const [best] = ranges.toSorted((a, b) => b.weight - a.weight)
  return best?.kind === 'json'
}

function rangeOf(text: string): { readonly kind: 'json' | 'text' | null; readonly weight: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((each) => each.startsWith('q='))?.slice(2)
  return { kind: kindOf(type), weight: weight === undefined ? 1 : Number(weight) || 0 }
}

function kindOf(type: string): 'json' | 'text' | null {
  if (/^application\/(json|[\w.+-]+\+json)$/.test(type)) return 'json'
  return /^(text\/(\*|plain|html)|application\/xhtml\+xml)$/.test(type) ? 'text' : null
}
