import type { RequestListener } from 'node:http'
import { getIronSession } from 'iron-session'
import { secret } from '../../peers.ts'
import { type Payload, payloadOf, userOf } from '../payload.ts'
import { answer } from './answer.ts'

type Values = Payload & { user: string }

/** iron-session with its defaults: the payload travels sealed in the cookie, and no server has a record of it. */
export function ironSession(): RequestListener {
  const options = { password: secret, cookieName: 'bench-session' }
  return async (request, response) => {
    const session = await getIronSession<Partial<Values>>(request, response, options)
    if (request.url !== '/me') {
      const user = userOf(request.url ?? '')
      Object.assign(session, { user, ...payloadOf(user) })
      await session.save()
    }
    answer(response, session.user ?? null)
  }
}
