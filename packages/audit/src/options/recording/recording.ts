import { AuditError } from '../errors.ts'
import { readCurl } from './curl.ts'
import { readHar } from './har.ts'
import { readRecorder, type StepsRecording } from './recorder.ts'
import type { RequestsRecording } from './requests.ts'
import { readStorageState, type StorageRecording } from './storage-state.ts'

/** A login, or a session, that somebody has recorded. Made by {@link readRecording}; it holds secrets. */
export type Recording = StorageRecording | RequestsRecording | StepsRecording

/**
 * Reads a recording and tells its kind by what is in it: a storage state of Playwright, a HAR, a recording of the
 * Chrome DevTools Recorder, or a curl command.
 * @throws AuditError `usage`
 */
export function readRecording(text: string): Recording {
  const plain = text.replace(/^\uFEFF/, '').trim()
  if (/^(?:\$\s+)?curl(?:\.exe)?\s/.test(plain)) return readCurl(plain.replace(/^\$\s+/, ''))
  let data: unknown
  try {
    data = JSON.parse(plain)
  } catch {
    throw unknown()
  }
  const recording = readStorageState(data) ?? readHar(data) ?? readRecorder(data)
  if (recording === null) throw unknown()
  return recording
}

function unknown(): AuditError {
  return new AuditError(
    'usage',
    '--login-from takes a storage state of Playwright, a HAR, a recording of the Chrome DevTools Recorder (JSON) or a curl command, and this is none of them',
  )
}
