import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { testExchange } from '../testing/exchange.ts'
import type { Navigation } from './navigation.ts'
import { isForeignLink, reEntryPage } from './re-entry.ts'

// Which requests are links of other sites is a law of every adapter (testing/laws/navigation-laws.ts), and that
// browsers come back signed in is seen in Chromium (test/re-entry.test.ts).

function link(target: string, headers: Record<string, string> = {}): Navigation {
  const sent: Record<string, string> = {
    host: 'app.example',
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    ...headers,
  }
  return {
    ...testExchange(),
    path: target.split('?')[0] ?? '',
    target,
    header: (name) => sent[name],
    setCookie: () => assert.fail(),
    setHeader: () => assert.fail(),
  }
}

test('a browser that calls the second request cross-site too is not sent round for ever', () => {
  for (const referer of [
    'https://app.example/inbox?id=7',
    // With a fragment the page changes its query first, see below.
    'https://app.example/inbox?id=7&',
    'http://app.example/inbox',
  ]) {
    assert.equal(isForeignLink(link('/inbox?id=7', { referer })), false, referer)
  }
})

test('where the link was does not matter otherwise', () => {
  for (const referer of [
    '',
    'https://mail.example/',
    'https://mail.example/inbox',
    // The sign-in page, at the start of a chain of redirects that led through another site.
    'https://app.example/login',
    'not an address',
  ]) {
    assert.equal(isForeignLink(link('/inbox?id=7', { referer })), true, referer)
  }
})

test('an address that could be read as another origin is not loaded again', () => {
  for (const target of ['//evil.example', '/\\evil.example', 'https://evil.example/', '/%5cevil', '*']) {
    assert.equal(isForeignLink(link(target)), false, target)
  }
})

test('the address cannot break out of the page, and only the page’s own script runs', () => {
  const { body, headers } = reEntryPage(link(`/x?"><script>alert('1')</script>&a=b`))
  assert.match(
    body,
    /content="0;url=\/x\?&#34;&#62;&#60;script&#62;alert\(&#39;1&#39;\)&#60;\/script&#62;&#38;a=b"/,
  )
  const [script = ''] = [...body.matchAll(/<script>(.*?)<\/script>/g)].map(([, text]) => text)
  const hash = createHash('sha256').update(script).digest('base64')
  assert.match(headers['content-security-policy'] ?? '', /^default-src 'none'; script-src 'sha256-[^']+'/)
  assert.ok(headers['content-security-policy']?.includes(`'sha256-${hash}'`))
  // reload() would repeat a POST, and Refresh without an address stays where there is a fragment.
  assert.doesNotMatch(body, /reload/)
})
