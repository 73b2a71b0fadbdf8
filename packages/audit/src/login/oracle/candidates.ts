import type { Http } from '../../network/http.ts'
import type { Page } from '../../network/pages/html.ts'
import type { Visit } from '../../network/pages/navigate.ts'
import { pageOf } from '../../network/pages/navigate.ts'
import { fetchedBy } from '../script/endpoints.ts'
import { below } from '../usual-paths.ts'
import { saysAccount, saysDanger, saysOther, saysSignIn } from '../words.ts'

/** What is known when looking for a page that only users see. */
export interface CandidateSource {
  readonly http: Http
  readonly landed: Visit | null
  readonly entry: URL
  readonly start: URL
  readonly protectedUrl: URL | null
}

const MOST_LINKS = 6
const MOST_OTHER_LINKS = 4
const USUAL_PATHS = [
  '/account',
  '/profile',
  '/dashboard',
  '/me',
  '/api/me',
  '/settings',
  '/home',
  '/user',
  '/api/user',
  '/admin',
  '/private',
  '/protected',
]

/** Pages most likely to be a user's own, the likeliest first. */
export function candidatePages(source: CandidateSource): URL[] {
  const { landed, entry, start, protectedUrl, http } = source
  if (protectedUrl) return [protectedUrl]
  const account = links(source).filter(({ url, text }) => saysAccount(`${url.pathname} ${text}`))
  const landing = landed
    ? [...landed.answers.filter(({ method }) => method === 'GET').map(({ url }) => url), landed.final.url]
    : []
  const urls = [...landing.reverse(), ...account.map(({ url }) => url).slice(0, MOST_LINKS), start, entry]
  return unique(urls).filter((url) => http.allows(url) && !isDanger(url))
}

/** Where to look when none of those told users from visitors. */
export function morePages(source: CandidateSource): URL[] {
  const { landed, http } = source
  if (source.protectedUrl) return []
  const others = links(source)
    .filter(({ url, text }) => !saysSignIn(`${url.pathname} ${text}`) && !saysOther(text))
    .map(({ url }) => url)
    .slice(0, MOST_OTHER_LINKS)
  const asked = landed ? fetchedBy(landed).filter((url) => http.allows(url)) : []
  return unique([...asked, ...others, ...below(USUAL_PATHS, source.start)])
}

/** Links of the landing page that may be opened without harm. */
function links({ landed, http }: CandidateSource): Page['links'] {
  if (landed === null) return []
  const pages = landed.answers.map(pageOf)
  return pages
    .flatMap((page) => page.links)
    .filter(({ url, text, method }) => method === 'GET' && http.allows(url) && !isDanger(url, text))
    .filter(({ url }) => !/\.(?:css|js|png|jpe?g|gif|svg|ico|pdf|zip|xml|txt)$/i.test(url.pathname))
}

function isDanger(url: URL, text = ''): boolean {
  return saysDanger(`${url.pathname} ${url.search} ${text}`)
}

function unique(urls: readonly URL[]): URL[] {
  return [...new Map(urls.map((url) => [url.href, url])).values()]
}
