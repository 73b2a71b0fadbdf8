import { sveltekitSession } from 'latchkey/sveltekit'
import { sessions } from '#lib/server/sessions.ts'

export const { handle, handleError } = sveltekitSession(sessions, { redirects: { session_ended: '/login' } })
