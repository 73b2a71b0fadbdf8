import assert from 'node:assert/strict'
import { test } from 'node:test'
import { charsetOfForm, decodeText, encodeText, urlencoded } from './charset.ts'

const latin = (text: string) => Buffer.from(text, 'latin1')

test('a page says what it is in by a byte order mark, else its header, else a meta element', () => {
  const meta = '<meta charset=iso-8859-1>'
  const rows: readonly (readonly [bytes: Buffer, type: string, text: string, charset: string])[] = [
    [latin(`${meta}gr\xfcn`), 'text/html', `${meta}grün`, 'windows-1252'],
    [Buffer.from(`${meta}grün`), 'text/html; charset=utf-8', `${meta}grün`, 'UTF-8'],
    [Buffer.from(`\ufeff${meta}grün`), 'text/html; charset=latin1', `${meta}grün`, 'UTF-8'],
    [Buffer.from('\ufeffgrün', 'utf16le'), 'text/html', 'grün', 'UTF-16LE'],
    [latin('gr\xfcn'), 'text/html', 'grün', 'windows-1252'],
    [latin('\x83\x5c'), 'text/html;charset="Shift_JIS"', 'ソ', 'Shift_JIS'],
    [latin('gr\xfcn'), 'text/html; charset=nonsense', 'grün', 'windows-1252'],
    [latin(`${' '.repeat(1024)}<meta charset=koi8-r>\xfc`), 'text/html', 'ü', 'windows-1252'],
    [Buffer.from('"grün"'), 'application/json', '"grün"', 'UTF-8'],
    [latin('"gr\xfcn"'), 'text/javascript; charset=latin1', '"grün"', 'windows-1252'],
  ]
  for (const [bytes, type, text, charset] of rows) {
    const decoded = decodeText(bytes, type)
    assert.ok(decoded.text.endsWith(text), `${type}: ${decoded.text}`)
    assert.equal(decoded.charset, charset, type)
  }
})

test('a form is sent in the first encoding that it accepts and we know, else in its page’s', () => {
  assert.equal(charsetOfForm('', 'windows-1252'), 'windows-1252')
  assert.equal(charsetOfForm('unknown\tISO-8859-2 utf-8', 'UTF-8'), 'ISO-8859-2')
  assert.equal(charsetOfForm('unknown', 'Shift_JIS'), 'Shift_JIS')
  assert.equal(charsetOfForm('', 'UTF-16LE'), 'UTF-8')
  assert.equal(charsetOfForm('utf-16', 'windows-1252'), 'UTF-8')
})

/** The third and fourth as Chromium 156 sent them. */
test('fields as forms send them', () => {
  assert.equal(urlencoded([['a b', '*-._~ü']]), 'a+b=*-._%7E%C3%BC')
  assert.equal(urlencoded([['a', 'grün€д']], 'windows-1252'), 'a=gr%FCn%80%26%231076%3B')
  assert.equal(urlencoded([['a', 'ソü']], 'Shift_JIS'), 'a=%83%5C%26%23252%3B')
  assert.equal(urlencoded([['t', 'x\ny\r\nz\r']]), 't=x%0D%0Ay%0D%0Az%0D%0A')
  assert.equal(urlencoded([['a', 'д']], 'KOI8-R'), 'a=%C4')
  assert.deepEqual(encodeText('日本', 'ISO-2022-JP'), latin('\x1b$BF|K\\\x1b(B'))
  assert.deepEqual(encodeText('a~', 'EUC-KR'), latin('a~'))
  assert.deepEqual(encodeText('\ud800', 'UTF-8'), Buffer.from('\ufffd'))
})
