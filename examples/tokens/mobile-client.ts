// What an app does with the server of mobile.ts: node examples/tokens/mobile-client.ts
import { demoPassword } from '../shared/accounts.ts'
import { issuerUrl } from './agreed.ts'

interface TokenAnswer {
  readonly access_token: string
  readonly refresh_token?: string
}

/** An app has the refresh token in the Keychain or the Keystore, and the access token in memory alone. */
export class MobileClient {
  readonly #url: string
  #accessToken = ''
  #refreshToken = ''
  #refreshing: Promise<boolean> | null = null

  constructor(url: string) {
    this.#url = url
  }

  /** False for a wrong user name or password. */
  async signIn(username: string, password: string): Promise<boolean> {
    const answer = await fetch(`${this.#url}/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    return this.#keep(answer)
  }

  /** With a new access token where the one there is has expired. Still 401: the user must sign in again. */
  async get(path: string): Promise<Response> {
    const answer = await this.#send(path)
    if (answer.status !== 401 || !(await this.refresh())) return answer
    return this.#send(path)
  }

  /** One at a time. False where the session has ended; rejects where that is not known, as without a network. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = null
    })
    return this.#refreshing
  }

  /** Ends the session, and with it every token. */
  async signOut(): Promise<void> {
    const answer = await this.#post('/revoke', { token: this.#refreshToken })
    if (!answer.ok) throw new Error(`not signed out, try again: ${answer.status}`)
    this.#forget()
  }

  async #refresh(): Promise<boolean> {
    if (this.#refreshToken === '') return false
    const form = { grant_type: 'refresh_token', refresh_token: this.#refreshToken }
    const answer = await this.#post('/token', form)
    // 400 is invalid_grant. Whatever else went wrong, the refresh token stays good.
    if (answer.status === 400) this.#forget()
    else if (!answer.ok) throw new Error(`no new token, try again: ${answer.status}`)
    return this.#keep(answer)
  }

  #post(path: string, form: Readonly<Record<string, string>>): Promise<Response> {
    const body = new URLSearchParams({ ...form, client_id: 'mobile' })
    return fetch(this.#url + path, { method: 'POST', body })
  }

  #send(path: string): Promise<Response> {
    return fetch(this.#url + path, { headers: { authorization: `Bearer ${this.#accessToken}` } })
  }

  async #keep(answer: Response): Promise<boolean> {
    if (!answer.ok) return false
    const given = (await answer.json()) as TokenAnswer
    this.#accessToken = given.access_token
    // None comes where another answer with a new one was lost or is on its way: the one there is stays.
    this.#refreshToken = given.refresh_token ?? this.#refreshToken
    return true
  }

  #forget(): void {
    this.#accessToken = this.#refreshToken = ''
  }
}

if (import.meta.main) {
  const client = new MobileClient(issuerUrl)
  console.log('signed in:', await client.signIn('alice', demoPassword))
  console.log('orders:', await (await client.get('/orders')).text())
  console.log('refreshed:', await client.refresh())
  console.log('orders:', (await client.get('/orders')).status)
  await client.signOut()
  console.log('after sign-out:', (await client.get('/orders')).status)
}
