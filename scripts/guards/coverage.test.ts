import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultsOfCoverage, REQUIREMENTS } from './coverage.ts'

const checks = [{ id: 'logout', refs: ['WSTG-SESS-06', 'ASVS-7.4.1', 'CWE-613'] }]
const link = (id: string) => `[${id}](checks/${id}.md)`

/** A page in which each requirement has a row, with these cells in place of the usual ones. */
function pageWith(cells: Readonly<Record<string, readonly [string, string]>>): string {
  const usual = { 'WSTG-SESS-06': [link('logout'), ''], 'v5.0.0-7.4.1': [link('logout'), ''] } as const
  const all: Readonly<Record<string, readonly [string, string]>> = { ...usual, ...cells }
  const rows = [...new Set([...REQUIREMENTS, ...Object.keys(all)])].map((id) => {
    const [named, left] = all[id] ?? ['', 'is not seen from outside']
    return `| \`${id}\` | something | ${named} | ${left} |`
  })
  return ['| requirement | asked | checks | the rest |', '|---|---|---|---|', ...rows].join('\n')
}
const faults = (cells: Parameters<typeof pageWith>[0]) => faultsOfCoverage(pageWith(cells), checks)

test('a page that agrees with the checks has no faults', () => {
  assert.deepEqual(faults({}), [])
})

test('a requirement without a row, or with neither a check nor a reason, is a fault', () => {
  const without = pageWith({}).replace(/^.*WSTG-SESS-03.*\n/m, '')
  assert.deepEqual(faultsOfCoverage(without, checks), ['WSTG-SESS-03 has no row'])
  assert.deepEqual(faults({ 'WSTG-SESS-03': ['', ''] }), [
    'WSTG-SESS-03 names no check, and no reason why none decides it',
  ])
})

test('a check that is not there, or that does not name the requirement, is a fault', () => {
  assert.deepEqual(faults({ 'A07:2025': [link('nothing'), ''] }), [
    'A07:2025 names nothing, which is no check',
  ])
  assert.deepEqual(faults({ 'WSTG-SESS-03': [link('logout'), ''] }), [
    'WSTG-SESS-03 names logout, which does not name it',
  ])
})

test('a requirement that a check names needs a row with that check', () => {
  assert.deepEqual(faults({ 'WSTG-SESS-06': ['', 'left out'] }), ['no row of WSTG-SESS-06 names logout'])
})
