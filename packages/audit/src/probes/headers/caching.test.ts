import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Reply, serve, type Visit } from '../../../test/serve.ts'
import { sessionSite, USER } from '../../../test/session-site.ts'
import type { CachingEvidence } from '../../evidence/evidence.ts'
import { gather } from '../../gathering/gather.ts'
import type { ProgressEvent } from '../../options/options.ts'

async function caching(url: string): Promise<CachingEvidence['pages']> {
  const { evidence } = await gather({ url, ...USER }, { wait: async () => {} })
  assert.ok(evidence.caching.status === 'gathered')
  return evidence.caching.value.pages
}

test('the headers of the user’s own page', async (t) => {
  const headers = { 'cache-control': 'private, max-age=60', vary: 'Cookie' }
  const account = () => ({ html: USER.username, headers })
  const [page] = await caching((await serve(t, sessionSite({ account }))).url)
  assert.deepEqual(
    [page?.cacheControl, page?.vary, page?.userSpecific, page?.servedToAnonymous],
    ['private, max-age=60', 'Cookie', true, false],
  )
})

test('a cache that gives one user’s page to everybody is seen through, and found', async (t) => {
  const routes = sessionSite() as Record<string, (visit: Visit) => Reply>
  const cache = new Map<string, Reply>()
  const site = await serve(t, (visit) => {
    const key = `${visit.at}?${visit.query}`
    const kept = cache.get(key)
    if (kept) return kept
    const reply = routes[visit.at]?.(visit) ?? { status: 404, html: 'No such page' }
    if (visit.at === 'GET /account' && reply.html !== undefined) cache.set(key, { html: reply.html })
    return reply
  })
  const [page] = await caching(site.url)
  assert.equal(page?.servedToAnonymous, true)
})

test('a public page that names the user is no leak', async (t) => {
  const site = await serve(t, {
    ...(sessionSite({ account: () => ({ redirect: '/blog' }) }) as Record<string, (visit: Visit) => Reply>),
    'GET /blog': ({ cookies }) => ({
      html: `<h1>By ${USER.username}</h1>${cookies.has('sid') ? '<a href="/logout">Log out</a>' : '<a href="/login">Log in</a>'}`,
    }),
  })
  assert.ok((await caching(site.url)).every(({ servedToAnonymous }) => !servedToAnonymous))
})

test('what the search for the protected page has shown is not asked for again', async (t) => {
  const site = await serve(t, sessionSite())
  const during: number[] = []
  const onProgress = ({ step, requests }: ProgressEvent) => {
    if (step === 'caching') during.push(requests)
  }
  await gather({ url: site.url, ...USER, onProgress }, { wait: async () => {} })
  assert.equal(during.at(-1), during[0])
})
