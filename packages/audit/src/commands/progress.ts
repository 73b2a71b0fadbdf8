import type { ProgressEvent } from '../options/options.ts'
import { visible } from '../report/escape.ts'

/** The part of a terminal stream that a progress line needs. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressLine {
  readonly onProgress: (event: ProgressEvent) => void
  /** Removes the line. */
  clear(): void
}

/** Seconds from which on it is worth saying how long it takes. */
const LONG = 5
const CLEAR = '\r\u001b[2K'

/** One line that is rewritten as the audit goes on; nothing at all when the stream is no terminal. */
export function progressLine(stream: ProgressStream, quiet: boolean): ProgressLine {
  if (quiet || !stream.isTTY) return { onProgress: () => {}, clear: () => {} }
  return {
    onProgress(event) {
      stream.write(CLEAR + lineOf(event).slice(0, Math.max(20, (stream.columns || 80) - 1)))
    },
    clear() {
      stream.write(CLEAR)
    },
  }
}

function lineOf({ step, state, detail, requests, logins, secondsLeft = 0 }: ProgressEvent): string {
  const said = detail === '' || state === 'started' ? '' : ` ${state}: ${detail}`
  const left = secondsLeft < LONG ? '' : `, about ${inWords(secondsLeft)} left`
  return visible(`${requests} requests, ${logins} logins${left} · ${step}${said}`)
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`
}
