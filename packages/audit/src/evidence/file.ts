import { readFile, writeFile } from 'node:fs/promises'
import { AuditError } from '../options/errors.ts'
import type { EvidenceFile } from './evidence.ts'
import { ADDED_LATER, evidenceFileShape } from './schema.ts'
import { isObject } from './shape.ts'

/** Saves evidence so that it can be judged again without the network. Only its owner may read the file. */
export async function writeEvidence(path: string, file: EvidenceFile): Promise<void> {
  await writeFile(path, `${JSON.stringify(file, null, 2)}\n`, { mode: 0o600 })
}

/**
 * @throws AuditError `evidence_invalid` when the file cannot be read, is no JSON, is of another version or
 * lacks something; the message says which.
 */
export async function readEvidence(path: string): Promise<EvidenceFile> {
  let json: string
  try {
    json = await readFile(path, 'utf8')
  } catch (error) {
    throw new AuditError('evidence_invalid', `cannot read the evidence file ${path}: ${reasonOf(error)}`)
  }
  try {
    return parseEvidence(json)
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    throw new AuditError('evidence_invalid', `${path}: ${error.message}`, { cause: error })
  }
}

/**
 * Checks the JSON text of an evidence file member by member: a file may come from anywhere.
 * @throws AuditError `evidence_invalid`.
 */
export function parseEvidence(json: string): EvidenceFile {
  let parsed: unknown
  try {
    parsed = JSON.parse(json)
  } catch {
    throw new AuditError('evidence_invalid', 'this is no JSON; give a file that --save-evidence wrote')
  }
  if (!isEvidenceFile(parsed)) {
    throw new AuditError('evidence_invalid', 'this is no evidence file; give one that --save-evidence wrote')
  }
  return parsed
}

function isEvidenceFile(parsed: unknown): parsed is EvidenceFile {
  const schema = isObject(parsed) ? parsed.schema : undefined
  if (typeof schema !== 'string' || !schema.startsWith('latchkey-evidence/')) return false
  if (schema !== 'latchkey-evidence/1') {
    throw new AuditError('evidence_invalid', `this is ${schema}, and this version reads latchkey-evidence/1`)
  }
  if (isObject(parsed) && isObject(parsed.evidence)) completeEarlier(parsed.evidence)
  const wrong = evidenceFileShape(parsed, 'evidence file')
  if (wrong !== null) throw new AuditError('evidence_invalid', `this evidence is damaged: ${wrong}`)
  return true
}

/** What an earlier version did not gather is unknown, and no damage. */
function completeEarlier(evidence: Record<string, unknown>): void {
  for (const name of ADDED_LATER) {
    evidence[name] ??= {
      status: 'failed',
      reason: 'the version that gathered this evidence did not look at it',
    }
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES') return 'you may not read it'
  if (code === 'EISDIR') return 'it is a directory'
  return String(code ?? error)
}
