import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillForm } from '../../login/form/fill-form.ts'
import { readPage, readRefresh } from './html.ts'

const here = new URL('https://site.example/shop/page')
const page = (html: string) => readPage(html, here)
const password = '<input type=password name=pw>'

function sent(html: string, at = 0) {
  const [form] = page(html).forms
  assert.ok(form)
  return fillForm(form, here, new Map(), form.buttons[at] ?? null).body?.fields
}

test('an image button sends where it was pressed, and not its name', () => {
  const form = (image: string) => `<form method=post>${image}</form>`
  assert.deepEqual(sent(form('<input type=image name=go value=v>')), [
    ['go.x', '0'],
    ['go.y', '0'],
  ])
  assert.deepEqual(sent(form('<input type=image>')), [
    ['x', '0'],
    ['y', '0'],
  ])
})

test('a link of ASP.NET fills the form’s own fields and sends it', () => {
  const form = `<form method=post><input type=hidden name=__EVENTTARGET><input type=hidden name=__EVENTARGUMENT>
    <a href="javascript:__doPostBack('ctl00$go','now')">Sign in</a></form>`
  assert.deepEqual(sent(form), [
    ['__EVENTTARGET', 'ctl00$go'],
    ['__EVENTARGUMENT', 'now'],
  ])
})

test('fields that nobody sees within their form are known', () => {
  const unseen = (field: string) => page(`<form method=post>${field}</form>`).forms[0]?.fields[0]?.isUnseen
  const hidden = [
    `<p hidden>${password}</p>`,
    `<div style="position:absolute; left: -9999px">${password}</div>`,
    `<span aria-hidden=true>${password}</span>`,
    `<input type=password name=pw style="display : none">`,
    `<div style="opacity:0">${password}</div>`,
  ]
  for (const each of hidden) assert.equal(unseen(each), true, each)
  for (const each of [password, `<div style="opacity:0.5;left:-1px">${password}</div>`])
    assert.equal(unseen(each), false, each)
})

test('a form that is still hidden as a whole, as in a dialog, has fields to fill', () => {
  const { forms } = page(`<div hidden><form method=post>${password}</form></div>`)
  assert.equal(forms[0]?.fields[0]?.isUnseen, false)
})

test('what only a script can send is no form', () => {
  const script = '<script src=/app.js></script>'
  for (const html of [
    `<form>${password}</form>${script}`,
    `<form action="javascript:void(0)" method=post>${password}</form>`,
    `<form action="mailto:a@site.example" method=post>${password}</form>`,
    `<dialog><form action=/in method=dialog>${password}</form></dialog>`,
  ]) {
    const { forms, loosePassword } = page(html)
    assert.deepEqual([forms.length, loosePassword], [0, true], html)
  }
  for (const html of [
    `<form>${password}</form>`,
    `<form method=get>${password}</form>${script}`,
    `<form action=/in>${password}</form>${script}`,
    `<form>${password}</form><script type="application/ld+json">{}</script>`,
  ])
    assert.equal(page(html).forms.length, 1, html)
})

test('noscript and declarative shadow roots are part of the page, other templates are not', () => {
  const form = `<form method=post action=/in>${password}</form>`
  for (const html of [
    `<noscript>${form}</noscript>`,
    `<x-login><template shadowrootmode=open>${form}</template></x-login>`,
  ])
    assert.equal(page(html).forms[0]?.action.pathname, '/in', html)
  assert.equal(page(`<template>${form}</template>`).forms.length, 0)
  assert.equal(
    page('<noscript><meta http-equiv=refresh content="0; url=/plain"></noscript>').refresh,
    null,
    'a browser with scripts does not see it',
  )
})

test('a link that a script makes a form of has its own address and token', () => {
  const [link] = page('<a href="#" data-to="/out" data-method=delete data-csrf=t>Out</a>').links
  assert.deepEqual(
    [link?.url.pathname, link?.method, link?.csrf],
    ['/out', 'DELETE', { param: '_csrf_token', token: 't' }],
  )
})

test('frames are those with an address', () => {
  const { frames } = page('<iframe src="in"></iframe><iframe></iframe><iframe src="about:blank"></iframe>')
  assert.deepEqual(
    frames.map(({ href }) => href),
    ['https://site.example/shop/in'],
  )
})

test('a refresh is a redirect within ten seconds', () => {
  const target = (content: string) => readRefresh(content, here)?.pathname ?? null
  assert.deepEqual(['0; url=/in', "1;URL='in'", '0;in', '600; url=/in', '5', ''].map(target), [
    '/in',
    '/shop/in',
    '/shop/in',
    null,
    null,
    null,
  ])
})

test('a form is sent in what it accepts, and a hidden _charset_ says so', () => {
  const fields = (attributes: string, charset: string) => {
    const html = `<form method=post ${attributes}><input type=hidden name=_charset_ value=x><input name=_charset_ value=y></form>`
    const [form] = readPage(html, here, charset).forms
    assert.ok(form)
    return fillForm(form, here, new Map()).body
  }
  const own = fields('accept-charset="windows-1252"', 'UTF-8')
  assert.deepEqual(own?.fields, [
    ['_charset_', 'windows-1252'],
    ['_charset_', 'y'],
  ])
  assert.equal(own?.charset, 'windows-1252')
  assert.equal(fields('', 'Shift_JIS')?.charset, 'Shift_JIS')
  assert.equal(fields('', 'UTF-16LE')?.fields[0]?.[1], 'UTF-8')
})

test('a read-only field is known, and one that opens as the user comes is none', () => {
  const isReadOnly = (attributes: string) =>
    page(`<form method=post><input name=u ${attributes}></form>`).forms[0]?.fields[0]?.readOnly
  assert.equal(isReadOnly('readonly'), true)
  assert.equal(isReadOnly(''), false)
  assert.equal(isReadOnly(`readonly onfocus="this.removeAttribute('readonly')"`), false)
  assert.equal(isReadOnly('readonly onfocus="this.select()"'), true)
  assert.deepEqual(sent('<form method=post><input name=u readonly value=ada></form>'), [['u', 'ada']])
})

test('what a field asks a browser to fill in is the last word of its autocomplete', () => {
  const purpose = (words: string) =>
    page(`<form method=post><input name=u autocomplete="${words}"></form>`).forms[0]?.fields[0]?.autocomplete
  assert.equal(purpose('section-a Current-Password webauthn'), 'current-password')
  assert.deepEqual(['off', 'on', ''].map(purpose), ['', '', ''])
})
