import { SessionError } from '../errors.ts'
import { refuseUnknown } from '../known-options.ts'
import type { Session } from '../session.ts'
import { isSafeAddress } from './providers.ts'

export interface ProviderLogoutOptions {
  /** `end_session_endpoint` of the provider's metadata. */
  readonly endSessionEndpoint: string
  /** This application's name there. */
  readonly clientId: string
  /**
   * Where the provider may send the browser afterwards, to the letter as it knows them (`post_logout_redirect_uris`). The first
   * is for whoever asks for none of them.
   */
  readonly returnTo: readonly [string, ...string[]]
}

export interface LeaveOptions {
  /** The ID Token of the sign-in: with it the provider need not ask. */
  readonly idToken?: string | undefined
  /** One of `returnTo`. Takes anything a request may hold: what is none of them counts as the first. */
  readonly returnTo?: unknown
  /** Comes back with the browser (`state`). */
  readonly state?: string | undefined
}

export interface ProviderLogout {
  /**
   * Ends the session here, and says where to send the browser so that it ends there too.
   * @throws what `session.logout` throws
   */
  leave<Data extends object>(session: Pick<Session<Data>, 'logout'>, options?: LeaveOptions): Promise<string>
}

/**
 * Logout that begins here (OpenID Connect RP-Initiated Logout 1.0).
 * @throws SessionError `config_invalid`
 */
export function providerLogout(options: ProviderLogoutOptions): ProviderLogout {
  refuseUnknown('providerLogout', options, { endSessionEndpoint: true, clientId: true, returnTo: true })
  const { endSessionEndpoint, clientId, returnTo } = options
  if (!isSafeAddress(endSessionEndpoint))
    throw invalid(
      'endSessionEndpoint is no https address',
      "endSessionEndpoint: 'https://id.example.com/logout'",
    )
  if (typeof clientId !== 'string' || clientId === '')
    throw invalid('there is no clientId', "clientId: 'shop'")
  if (!Array.isArray(returnTo) || returnTo.length === 0 || !returnTo.every(isSafeAddress))
    throw invalid('returnTo has no https address', "returnTo: ['https://shop.example.com/']")

  return {
    async leave(session, options = {}) {
      refuseUnknown('providerLogout.leave', options, { idToken: true, returnTo: true, state: true })
      await session.logout()
      const address = new URL(endSessionEndpoint)
      const back = returnTo.find((each) => each === options.returnTo) ?? returnTo[0]
      const { idToken, state } = options
      const parameters = {
        client_id: clientId,
        post_logout_redirect_uri: back,
        id_token_hint: idToken,
        state,
      }
      for (const [name, value] of Object.entries(parameters))
        if (value !== undefined) address.searchParams.set(name, value)
      return address.href
    },
  }
}

function invalid(problem: string, instead: string): SessionError {
  return new SessionError('config_invalid', `providerLogout: ${problem}. Write ${instead}.`)
}
