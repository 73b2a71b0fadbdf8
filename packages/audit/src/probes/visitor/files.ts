import type { Answer } from '../../network/http.ts'

const FILE =
  /\b(?:src|href)\s*=\s*["']?([^"'\s>]+\.(?:css|js|png|ico|svg|jpe?g|webp|woff2?)(?:\?[^"'\s>]*)?)["'\s>]/gi

/** A file that belongs to the page, which no session is needed for; the usual icon where it names none. */
export function fileOf(answer: Answer): URL {
  return namedFile(answer) ?? new URL('/favicon.ico', answer.url)
}

/** A file of the site that the page names; null where it names none. */
export function namedFile({ body, url }: Pick<Answer, 'body' | 'url'>): URL | null {
  for (const [, href = ''] of body.matchAll(FILE)) {
    const address = href.replaceAll('&amp;', '&')
    if (!URL.canParse(address, url)) continue
    const file = new URL(address, url)
    if (file.origin === url.origin) return file
  }
  return null
}
