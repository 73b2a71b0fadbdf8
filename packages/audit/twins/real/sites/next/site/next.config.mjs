import { fileURLToPath } from 'node:url'

// Its own folder and none above it, though a lock lies there too.
const here = fileURLToPath(new URL('.', import.meta.url))

export default { poweredByHeader: false, turbopack: { root: here } }
