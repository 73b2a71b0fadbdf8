import type { SessionRecord } from '../store.ts'

/** What a request's cookie opens. */
export interface Opened {
  /** The live record; null for a visitor. */
  readonly record: SessionRecord | null
  /** The token that opened it, or that names `lost`; null for none. */
  readonly text: string | null
  /** The live session that the token names without having its secret. */
  readonly lost: Lost | null
  /** When the store was first asked for it (performance.now): what this process did to the session since is news. */
  readonly askedAt: number
}

export interface Lost {
  readonly record: SessionRecord
  /** The token has a secret that this session had before a renewal: whoever brings it held the session. */
  readonly wasReplaced: boolean
}

export const nobody: Opened = { record: null, text: null, lost: null, askedAt: 0 }
