import { session } from '../lib/session'

export default defineNitroPlugin(session.plugin)
