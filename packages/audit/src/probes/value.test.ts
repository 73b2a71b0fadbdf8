import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { describeValue, sameShape } from './value.ts'

const jwt = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.eyJzdWIiOiIxIn0.${'a'.repeat(43)}`
const mac = randomBytes(32).toString('base64').replace(/=+$/, '')

const formats: readonly (readonly [format: string, value: string, selfContained: boolean])[] = [
  ['hex', '9f86d081884c7d659a2feaa0c55ad015', false],
  ['decimal', '483920', false],
  ['base64url', 'xPq-7_aAbB99zZkLmN0opQ', false],
  ['uuid-v4', '3f2b8c1e-9a4d-4c3b-8e2f-1a2b3c4d5e6f', false],
  ['uuid-v1', '6fa459ea-ee8a-11ca-894e-db77e160355e', false],
  ['token64', `aB${'x'.repeat(62)}`, false],
  ['express-signed', encodeURIComponent(`s:${'Ab3'.repeat(10)}.${mac}`), false],
  ['signed-id', `${'aB3_'.repeat(8)}.${mac}`, false],
  ['jwt', jwt, true],
  ['jwt', `Bearer ${jwt}`, true],
  ['sealed', 'Fe26.2*1*abc*def*ghi*123*jkl*mno~2', true],
  ['base64-json', Buffer.from('{"user":"alice"}').toString('base64'), true],
  ['signed-data', 'eyJ1IjoiYWxpY2UifQ.aTk4Nw.3Jp0yq1h5w8s5o2w1yVJm1b2c3A', true],
  ['signed-data', `${'QUJD'.repeat(12)}--${'0a'.repeat(20)}`, true],
]
for (const [format, value, selfContained] of formats) {
  test(`${value.slice(0, 30)} is ${format}`, () => {
    const shape = describeValue(value)
    assert.deepEqual([shape.format, shape.selfContained], [format, selfContained])
  })
}

test('only the ID of a signed value counts', () => {
  assert.equal(describeValue(encodeURIComponent(`s:${'Ab3'.repeat(10)}.${mac}`)).id, 'Ab3'.repeat(10))
})

test('a value of the same shape is another one that looks alike', () => {
  const uuid = randomUUID()
  for (const value of ['9f86d081884c7d65', 's%3Aabc.DEF', uuid, jwt, 'aB3-_x', 'Fe26.2*1*ab']) {
    const made = sameShape(value)
    assert.notEqual(made, value)
    assert.equal(made.length, value.length)
  }
  assert.match(sameShape('9f86d081884c7d65'), /^[0-9a-f]{16}$/)
  assert.match(sameShape('s%3Aabc.DEF'), /^s%3A[a-z]{3}\.[A-Z]{3}$/)
  assert.equal(sameShape(jwt).split('.')[0], jwt.split('.')[0])
  assert.match(sameShape(`Bearer ${jwt}`), /^Bearer /)
})

test('a short number is lengthened, so as not to be another user’s', () => {
  assert.match(sameShape('1042'), /^9\d{9}$/)
})

test('what a site would refuse as malformed is not made', () => {
  for (let time = 0; time < 50; time += 1) {
    for (const [value, form] of [
      [
        '3f2b8c1e-9a4d-4c3b-8e2f-1a2b3c4d5e6f',
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
      ],
      ['s%3A3F2B8C1E-9A4D-7C3B-AE2F-1A2B3C4D5E6F', /^s%3A[0-9A-F]{8}-[0-9A-F]{4}-7[0-9A-F]{3}-A/],
      ['q1z0xw5anlbhp3e2rkcvm4us', /^[a-z0-5]{24}$/],
      ['MFRGGZDFMZTWQ2LK77', /^[A-Z2-7]{18}$/],
      ['01ARZ3NDEKTSV4RRFFQ69G5FAV', /^[0-9A-HJKMNP-TV-Z]{26}$/],
      ['xPq-7_aAbB99zZkLmN0opQ', /^[\w-]{21}Q$/],
      [`${'aB3+'.repeat(10)}aBw=`, /^[\w+/]{42}w=$/],
    ] as const) {
      const made = sameShape(value)
      assert.match(made, form)
      assert.notEqual(made, value)
    }
  }
})
