import type { ProgressEvent } from '../options/options.ts'
import { quoted } from './quoted.ts'

/** What `notifications/progress` says. */
export interface Progress {
  readonly progress: number
  readonly message: string
}

/** Tells how far an audit is, in requests: the protocol wants a number that grows, so what sent none is not told. */
export function progressOf(send: (progress: Progress) => void): (event: ProgressEvent) => void {
  let last = -1
  return ({ step, state, detail, requests, logins, secondsLeft }) => {
    if (requests <= last) return
    last = requests
    const left = secondsLeft === undefined ? '' : `, about ${secondsLeft} s left`
    const said = detail === '' ? '' : `: ${detail}`
    const message = quoted(`${requests} requests, ${logins} logins${left} · ${step} ${state}${said}`, 200)
    send({ progress: requests, message })
  }
}
