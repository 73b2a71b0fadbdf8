import assert from 'node:assert/strict'
import test from 'node:test'
import { carriedBy, cookie, fileOf, gathered } from '../../test/sample-evidence.ts'
import { judge } from '../judging/judge.ts'
import { renderMarkdown } from './markdown.ts'
import { plainText } from './markdown-text.ts'

const at = { finishedAt: '2026-11-29T09:00:00.000Z' }

test('nothing becomes markup: not HTML, links, code, tables, mentions or references', () => {
  const said = plainText(
    '<img src=x> [a](http://e.vil) `c` **b** | @ada #12 !34 www.e.vil :smile: ~l $1 %m &2\nx',
  )
  assert.doesNotMatch(said, /[<>[\]`*|\n~$]|@\w|#(?!\d+;)\w|!\d|https?:\/\/|www\.|:smile/)
  // GitHub and GitLab look for these in what is shown, after entities were read.
  const shown = said.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
  assert.doesNotMatch(shown, /[@#!~$%&]\w/)
  assert.ok(plainText('x'.repeat(10_000)).length < 700)
})

test('hostile names and reasons stay text in the whole comment', () => {
  const hostile = '</summary></details>\n\n# x <script>a</script> @team/all | [y](javascript:z) `'
  const comment = renderMarkdown(
    judge(
      fileOf({
        carrier: gathered(carriedBy(hostile)),
        cookies: gathered([cookie(hostile, { httpOnly: false })]),
        logout: { status: 'failed', reason: hostile },
      }),
      at,
    ),
  )
  const tags = [...comment.matchAll(/<\/?(\w+)/g)].map(([, name]) => name)
  assert.deepEqual([...new Set(tags)].toSorted(), ['code', 'details', 'sub', 'summary'])
  assert.equal(comment.match(/<details>/g)?.length, comment.match(/<\/details>/g)?.length)
  assert.doesNotMatch(comment, /@team|\]\(|^# x/m)
  for (const line of comment.split('\n').filter((each) => each.startsWith('| medium')))
    assert.equal(line.match(/\|/g)?.length, 5)
})

test('it is short, and says first what was found and who was signed in', () => {
  const comment = renderMarkdown(judge(fileOf(), at))
  const [first, , second] = comment.split('\n')
  assert.match(first ?? '', /^### Session audit of .*: nothing found$/)
  assert.match(second ?? '', /^Signed in with a form .* proved by /)
  assert.ok(comment.length < 2000)
})
