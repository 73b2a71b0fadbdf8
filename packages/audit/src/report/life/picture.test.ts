import assert from 'node:assert/strict'
import test from 'node:test'
import { parse } from 'parse5'
import type { Moment } from '../../judging/moment.ts'
import { lifePicture } from './picture.ts'

const moment = (lane: Moment['lane'], state: Moment['state'], what = 'x'): Moment => ({
  lane,
  state,
  what,
  exchange: 1,
  check: state === 'plain' ? null : 'logout',
})

const life = [
  moment('visitor', 'plain'),
  moment('sign-in', 'plain'),
  moment('sign-out', 'plain'),
  moment('replay', 'bad', 'a copy <b>opens</b> the account'),
  moment('replay', 'unclear'),
]
const picture = lifePicture({ life })

test('what failed is told by its form, in the description and in the list, not by colour alone', () => {
  assert.equal(picture.match(/lk-m-bad"><path/g)?.length, 2)
  assert.equal(picture.match(/lk-m-(?:plain|unclear)"><circle/g)?.length, 8)
  assert.match(picture, /<desc[^>]*>5 moments [^<]*Failed: 4\.<\/desc>/)
  assert.match(picture, /<li class="lk-m-bad"><span class="lk-hidden">failed: <\/span>/)
})

test('both drawings have a title that names them, and nothing of a site is markup in them', () => {
  const ids = [...picture.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  for (const [, names = ''] of picture.matchAll(/aria-labelledby="([^"]+)"/g))
    for (const id of names.split(' ')) assert.ok(ids.includes(id))
  assert.ok(picture.includes('&lt;b&gt;opens'))
  assert.doesNotMatch(picture, / style=|#[0-9a-f]{3,6}[;"]/)
  assert.ok(JSON.stringify(parse(picture), ['nodeName', 'childNodes']).includes('svg'))
})

test('every mark lies within its drawing, however many there are', () => {
  for (const count of [1, 14, 60]) {
    const drawn = lifePicture({ life: Array.from({ length: count }, () => moment('use', 'good')) })
    for (const [, width, height, inside = ''] of drawn.matchAll(
      /viewBox="0 0 ([\d.]+) ([\d.]+)"(.*?)<\/svg>/gs,
    )) {
      const circles = [...inside.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)]
      assert.equal(circles.length, count)
      for (const [, x, y] of circles) {
        assert.ok(Number(x) > 10 && Number(x) < Number(width) - 10, `${x} of ${width}`)
        assert.ok(Number(y) > 10 && Number(y) < Number(height) - 10, `${y} of ${height}`)
      }
    }
  }
})

test('a report that says nothing of it has no picture', () => {
  assert.deepEqual([lifePicture({}), lifePicture({ life: [] })], ['', ''])
})
