import { session } from '../lib/session'

export default defineEventHandler((event) => ({ userId: session(event).userId }))
