import type { AdapterUnderTest } from 'latchkey/testing'

// The applications here are served by the tests of this package, and on other runtimes, with the packed one, by
// `npm run runtimes`: each is given its adapter, and takes nothing but types from beside it.

/** What the adapter laws have an application do. */
export type Served = Parameters<AdapterUnderTest['serve']>

/** The cookie that it sets by the framework's own means. */
export const theme = 'theme=dark; Path=/'
