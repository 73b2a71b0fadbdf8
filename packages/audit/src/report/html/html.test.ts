import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { parse } from 'parse5'
import { broken, carriedBy, cookie, fileOf, gathered } from '../../../test/sample-evidence.ts'
import { judge } from '../../judging/judge.ts'
import { reportCss } from './css.ts'
import { reportFragment } from './fragment.ts'
import { renderHtml } from './html.ts'

const at = { finishedAt: '2026-11-23T09:12:44.120Z' }
const hostile = `</code></pre></style><script>alert(1)</script><img src=x onerror=alert(1)>" style="x" onload='x'&\u0000\u202e\``

/** A report that holds the hostile text wherever a site's own words can come to stand. */
const attacked = judge(
  {
    ...fileOf(
      {
        carrier: gathered(carriedBy(hostile)),
        cookies: gathered([
          cookie(hostile, { domain: hostile, httpOnly: false }, { refusedByBrowsers: hostile }),
        ]),
        framework: gathered({
          name: hostile,
          defaultNames: [{ cookie: hostile, framework: hostile }],
          headers: [hostile],
        }),
        oracle: { status: 'failed', reason: hostile },
        strictIds: gathered({
          trials: [
            {
              name: hostile,
              adoptedBy: null,
              refused: true,
              detail: hostile,
              exchanges: [1],
              controls: [{ ...broken, name: hostile, seen: hostile }],
            },
          ],
        }),
        logout: { status: 'skipped', reason: hostile },
      },
      { ...fileOf().target, url: hostile, origin: hostile },
    ),
    exchanges: fileOf().exchanges.map((exchange) => ({ ...exchange, curl: hostile, location: hostile })),
  },
  at,
)

interface Node {
  readonly nodeName: string
  readonly attrs?: readonly { readonly name: string; readonly value: string }[]
  readonly childNodes?: readonly Node[]
  readonly value?: string
}

function nodesOf(node: Node): readonly Node[] {
  return [node, ...(node.childNodes ?? []).flatMap(nodesOf)]
}

const allowed = new Set(
  '#document #documentType #text html head meta title style body main header section article div p h1 h2 h3 ul li dl dt dd a b span code pre details summary table caption thead tbody tr th td ol figure svg desc text line path g circle'.split(
    ' ',
  ),
)

test('hostile text stays text', () => {
  const nodes = nodesOf(parse(renderHtml(attacked)) as Node)
  assert.deepEqual(
    [...new Set(nodes.map((node) => node.nodeName))].filter((name) => !allowed.has(name)),
    [],
  )
  for (const { name } of nodes.flatMap((node) => node.attrs ?? [])) {
    assert.ok(!name.startsWith('on') && name !== 'style' && name !== 'src', `attribute ${name}`)
  }
  const text = nodes.map((node) => node.value ?? '').join('')
  assert.ok(text.includes('<script>alert(1)</script>'), 'the text itself is still readable')
  assert.ok(
    !text.includes('\u0000') && !text.includes('\u202e'),
    'characters that mislead are shown as codes',
  )
})

test('the page loads nothing and allows only its own style', () => {
  const page = renderHtml(judge(fileOf(), at))
  const style = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? ''
  const hash = createHash('sha256').update(style).digest('base64')
  assert.ok(
    page.includes(`default-src 'none'; style-src &#39;sha256-${hash}`) ||
      page.includes(`style-src 'sha256-${hash}'`),
  )
  assert.ok(style.includes(reportCss))
  assert.doesNotMatch(style, /url\(|@import/)
  for (const { attrs = [] } of nodesOf(parse(page) as Node)) {
    for (const { name, value } of attrs) if (name === 'href') assert.match(value, /^#lk-/)
  }
})

test('the fragment has classes only, and every link in it has its target', () => {
  const nodes = nodesOf(parse(reportFragment(attacked)) as Node)
  const attributes = nodes.flatMap((node) => node.attrs ?? [])
  assert.deepEqual(
    attributes.filter(({ name }) => name === 'style'),
    [],
  )
  const ids = attributes.flatMap(({ name, value }) => (name === 'id' ? value : []))
  assert.equal(new Set(ids).size, ids.length)
  for (const { name, value } of attributes)
    if (name === 'href') assert.ok(ids.includes(value.slice(1)), value)
})

test('findings come by severity, and a broken control is shown open', () => {
  const page = reportFragment(attacked)
  const badges = [...page.matchAll(/lk-badge">(\w+)/g)].map((match) => match[1])
  const order = ['critical', 'high', 'medium', 'low', 'info']
  assert.ok(badges.length > 2)
  assert.deepEqual(
    badges,
    badges.toSorted((a, b) => order.indexOf(a ?? '') - order.indexOf(b ?? '')),
  )
  assert.match(page, /<details class="lk-evidence" open>/)
  assert.match(page, /lk-broken/)
})

test('a report of an earlier version, without what came later, is still shown', () => {
  const { signedIn: _, life: __, frameworkVersion: ___, ...rest } = judge(fileOf(), at)
  const checks = rest.checks.map(({ risk: _, findings, ...check }) => ({
    ...check,
    findings: findings.map(({ steps: _, ...finding }) => finding),
  }))
  const page = reportFragment({ ...rest, checks })
  assert.match(page, /lk-outcome/)
  assert.doesNotMatch(page, /undefined|lk-life/)
})

test('the first words say whether it was really signed in, and each table what a control is', () => {
  const page = reportFragment(judge(fileOf(), at))
  assert.match(
    page,
    /^<div class="lk-report">\s*<section[^>]*>\s*<p class="lk-signed-in">Signed in with a form/,
  )
  assert.equal(page.match(/<caption>/g)?.length, page.match(/<table/g)?.length)
})
