/** What an audit asked of a site. */
export interface Took {
  readonly requests: number
  /** Times that credentials were sent. */
  readonly logins: number
  /** In all, waits included. */
  readonly seconds: number
  /** Of those, what was waited for because the site asked for it (429, 503). */
  readonly waitedSeconds: number
}
