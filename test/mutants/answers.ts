import type { Mutant } from './mutant.ts'

/** What the adapters make of an answer and of its request. */
export const answerMutants: readonly Mutant[] = [
  {
    law: 1,
    fault: 'what writeHead is given takes the place of the session’s cookie',
    file: 'adapters/core/node-head.ts',
    from: 'return isNamed ? held.writeHead.call(this, status, reason) : held.writeHead.call(this, status)',
    to: 'return held.writeHead.call(this, status, reason, given)',
    noticedBy: ['what the application sets last overrules its own cookies alone'],
    test: 'src/adapters/node.test.ts',
  },
  {
    law: 1,
    fault: 'an answer’s head is written into a response that goes out again',
    file: 'adapters/core/fetch-head.ts',
    from: 'const headers = new Headers(response.headers)',
    to: 'const { headers } = response',
    noticedBy: ['a response that is immutable'],
    test: 'src/adapters/fetch.test.ts',
  },
  {
    law: 9,
    fault: 'Node’s head is out and takes a cookie',
    file: 'adapters/core/node-head.ts',
    from: 'return !res.headersSent && !res.writableEnded',
    to: 'return !res.writableEnded',
    noticedBy: ['once the head is out, what needs a cookie'],
    test: 'src/adapters/node.test.ts',
  },
  {
    law: 9,
    fault: 'a Response is made and takes a cookie',
    file: 'adapters/core/fetch-exchange.ts',
    from: 'return !this.#isFinished && ',
    to: 'return ',
    noticedBy: ['once the head is out, what needs a cookie'],
    test: 'src/adapters/fetch.test.ts',
  },
  {
    law: 'clients',
    fault: 'a WebSocket comes from nowhere',
    file: 'adapters/core/socket-exchange.ts',
    from: 'this.remoteAddress = remoteAddress',
    to: 'this.remoteAddress = undefined',
    noticedBy: ['a WebSocket comes from the address'],
    test: 'src/adapters/node-upgrade.test.ts',
  },
]
