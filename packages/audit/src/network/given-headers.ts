import { hostOf } from './host.ts'
import type { Secrets } from './redaction/secrets.ts'

/** Headers that go along with every request to the audited host, as what stands in front of it wants them. */
export class GivenHeaders {
  readonly #target: URL
  readonly #secrets: Secrets
  readonly #headers = new Map<string, string>()

  constructor(target: URL, secrets: Secrets, headers: Readonly<Record<string, string>> = {}) {
    this.#target = target
    this.#secrets = secrets
    for (const [name, value] of Object.entries(headers)) this.set(name, value)
  }

  set(name: string, value: string): void {
    this.#headers.set(name.toLowerCase(), value)
    this.#secrets.addCredential(name.toLowerCase(), value)
    const bare = /^\S+ +(\S+)$/.exec(value)?.[1]
    if (bare !== undefined) this.#secrets.addCredential(name.toLowerCase(), bare)
  }

  delete(name: string): void {
    this.#headers.delete(name.toLowerCase())
  }

  /** None for another host, and none that was given for https in the clear. */
  to(url: URL): Record<string, string> {
    const downgraded = this.#target.protocol === 'https:' && url.protocol !== 'https:'
    const isTheirs = hostOf(url) === hostOf(this.#target) && !downgraded
    return isTheirs ? Object.fromEntries(this.#headers) : {}
  }
}
