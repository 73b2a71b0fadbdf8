import { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import type { AuditOptions } from '../../options/options.ts'
import { loginIn } from '../../options/recording/login.ts'
import type { RequestsRecording } from '../../options/recording/requests.ts'
import type { StorageRecording } from '../../options/recording/storage-state.ts'
import { givenSignIn } from '../given.ts'
import type { SignIn } from '../sign-in.ts'
import { replaySignIn } from './replay.ts'
import { fillFromRequests } from './session.ts'
import { fillFromStorage } from './storage-state.ts'

/** The way to sign in that a recording is. One without a login is a session. */
export function recordedSignIn(
  http: Http,
  options: AuditOptions,
  start: URL,
  recording: RequestsRecording | StorageRecording,
): SignIn {
  const jar = new BrowserJar()
  if (recording.kind === 'storage-state') {
    fillFromStorage(jar, recording, start, http.secrets)
    return givenSignIn(jar, start, 'storage-state', recording)
  }
  const login = loginIn(recording, options, start)
  if (login) return replaySignIn(http, options, start, recording, login)
  fillFromRequests(jar, recording, start, http.secrets)
  return givenSignIn(jar, start, 'recording')
}
