import type { BrowserJar } from '../../network/cookies/jar.ts'
import type { Http } from '../../network/http.ts'
import { parseJson } from '../../network/json.ts'
import { visit } from '../../network/pages/navigate.ts'
import {
  type Member,
  type RecordedRequest,
  type RequestsRecording,
  textsIn,
} from '../../options/recording/requests.ts'

/** Shorter texts are in many answers by chance. */
const SHORTEST = 12

/**
 * What came from an answer of the recording, as that address answers now: recorded text to the text in its place.
 */
export async function provided(
  http: Http,
  jar: BrowserJar,
  { answers }: RequestsRecording,
  request: RecordedRequest,
  page: URL,
): Promise<ReadonlyMap<string, string>> {
  const sent = new Set([
    ...(request.body?.members.map(({ value }) => value) ?? []),
    ...request.headers.values(),
  ])
  const found = new Map<string, string>()
  for (const { url, members } of answers) {
    const used = members.filter(
      ({ value }) => value.length >= SHORTEST && sent.has(value) && !found.has(value),
    )
    if (used.length === 0 || !http.allows(url)) continue
    const { final } = await visit(http, { url, phase: 'login', jar, script: true, from: page })
    const now = new Map(textsOf(final.body).map(({ path, value }) => [path.join('\0'), value]))
    for (const { path, value } of used) {
      const fresh = now.get(path.join('\0'))
      if (fresh !== undefined) found.set(value, fresh)
    }
  }
  return found
}

function textsOf(body: string): Member[] {
  return textsIn(parseJson(body))
}
