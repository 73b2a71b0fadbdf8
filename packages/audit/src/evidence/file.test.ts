import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileOf } from '../../test/sample-evidence.ts'
import { AuditError } from '../options/errors.ts'
import { parseEvidence, readEvidence, writeEvidence } from './file.ts'
import { ADDED_LATER } from './schema.ts'

const refused = (about: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AuditError)
  assert.equal(error.code, 'evidence_invalid')
  assert.match(error.message, about)
  return true
}

test('what was written is read back the same, and only its owner may read it', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-'))
  t.after(() => rm(directory, { recursive: true }))
  const path = join(directory, 'evidence.json')
  await writeEvidence(path, fileOf())
  assert.deepEqual(await readEvidence(path), fileOf())
  assert.equal((await stat(path)).mode & 0o777, 0o600)
})

test('a file that cannot be read says why and where', async (t) => {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-'))
  t.after(() => rm(directory, { recursive: true }))
  await assert.rejects(
    readEvidence(join(directory, 'none.json')),
    refused(/none\.json: there is no such file/),
  )
  await assert.rejects(readEvidence(directory), refused(/directory/))
  await writeFile(join(directory, 'bad.json'), '{')
  await assert.rejects(readEvidence(join(directory, 'bad.json')), refused(/bad\.json: this is no JSON/))
})

test('other JSON and other versions are refused', () => {
  for (const json of ['null', '[]', '"x"', '{}', '{"schema":"latchkey-report/1"}']) {
    assert.throws(() => parseEvidence(json), refused(/no evidence file/))
  }
  assert.throws(
    () => parseEvidence('{"schema":"latchkey-evidence/2"}'),
    refused(/reads latchkey-evidence\/1/),
  )
})

test('damage is named with its place', () => {
  const damages: readonly (readonly [string, string, RegExp])[] = [
    ['"target":{', '"gone":{', /target is no object/],
    ['"exchanges":[{"id":1,', '"exchanges":[{"id":"1",', /exchanges\[0\]\.id is no number/],
    ['"sameSite":"Strict"', '"sameSite":"Sometimes"', /sameSite is none of Strict, Lax, None/],
    ['"status":"gathered"', '"status":"guessed"', /signIn\.status is none of/],
  ]
  for (const [from, to, about] of damages) {
    const json = JSON.stringify(fileOf()).replace(from, to)
    assert.throws(() => parseEvidence(json), refused(about))
  }
})

test('a control that is held by a word instead of true is damage, not a control', () => {
  const json = JSON.stringify(fileOf()).replace('"held":true', '"held":"yes"')
  assert.throws(() => parseEvidence(json), refused(/controls\[0\]\.held is neither true nor false/))
})

test('every member of the evidence is needed', () => {
  for (const name of Object.keys(fileOf().evidence).filter(
    (name) => !ADDED_LATER.some((late) => late === name),
  )) {
    const copy = JSON.parse(JSON.stringify(fileOf()))
    delete copy.evidence[name]
    assert.throws(() => parseEvidence(JSON.stringify(copy)), refused(new RegExp(`evidence\\.${name} `)))
  }
})

test('a file of an earlier version is read, and what it lacks is unknown', () => {
  for (const name of ADDED_LATER) {
    const copy = JSON.parse(JSON.stringify(fileOf()))
    delete copy.evidence[name]
    const found = parseEvidence(JSON.stringify(copy)).evidence[name]
    assert.equal(found.status, 'failed')
    assert.match(found.reason, /did not look at it/)
  }
})
