import assert from 'node:assert/strict'
import test from 'node:test'
import { html, visible } from './escape.ts'

test('what is put in is escaped for text and for attributes', () => {
  assert.equal(
    html`<a title="${`"'<>&`}">${'<b>'}</a>`.markup,
    '<a title="&quot;&#39;&lt;&gt;&amp;">&lt;b&gt;</a>',
  )
})

test('markup is not escaped twice, lists are joined, nothing is left out as text', () => {
  assert.equal(
    html`${html`<b>${'&'}</b>`}${['<', html`<i>`]}${null}${undefined}${0}`.markup,
    '<b>&amp;</b>&lt;<i>0',
  )
})

test('characters that steer a terminal or turn the line round are shown as codes', () => {
  assert.equal(visible('a\u001b[2Jb\r\nc\u202ed\u0085'), 'a\\x1b[2Jb\\x0d\\x0ac\\u{202e}d\\x85')
  assert.equal(visible('naïve ☃ 日本'), 'naïve ☃ 日本')
})
