import type { Mutant } from './mutant.ts'

/** Ways to break sealed data. */
export const sealedMutants: readonly Mutant[] = [
  {
    law: 1,
    fault: 'sealed values are stored in the clear',
    file: 'sealed/sealed-record.ts',
    from: 'isInTheClear(key, text) ? seal.close(key, text) : text',
    to: 'isInTheClear(key, text) ? text : seal.close(key, text)',
    noticedBy: ['sealed: the store holds no value'],
  },
  {
    law: 1,
    fault: 'the key of sealed values can be unwrapped without the secret',
    file: 'sealed/sealed.ts',
    from: "hkdfSync('sha256', secret, sid,",
    to: "hkdfSync('sha256', secret && sid, sid,",
    noticedBy: ['sealed: a new token wraps the key anew'],
  },
  {
    law: 1,
    fault: 'a sealed value is good under another key',
    file: 'sealed/sealed.ts',
    from: "['value', this.#sid, key]",
    to: "['value', this.#sid]",
    noticedBy: ['sealed: a value that was moved'],
  },
  {
    law: 1,
    fault: 'what a former secret unwraps is kept',
    file: 'sealed/sealed-record.ts',
    from: 'return formerKey in record.data ? [formerKey] : []',
    to: 'return formerKey in record.data ? [] : []',
    noticedBy: ['sealed: every secret'],
  },
  {
    law: 5,
    fault: 'what a former secret unwraps goes while that is still good',
    file: 'sealed/sealed-opening.ts',
    from: 'now >= previous.confirmedAt + overlapsUntilForgotten * renewalOverlap',
    to: 'now >= previous.confirmedAt',
    noticedBy: ['sealed: every secret'],
  },
  {
    law: 3,
    fault: 'a session that is being sealed does not look whether its values change',
    file: 'sealed/sealed-record.ts',
    from: 'guard: clear.length > 0 ? { rev: record.rev } : {}',
    to: 'guard: {}',
    noticedBy: ['sealed: sealing what was in the clear'],
  },
  {
    law: 5,
    fault: 'a renewal forgets that the secret before it is still good',
    file: 'sealed/sealed-opening.ts',
    from: 'former: token }',
    to: 'former: token && null }',
    noticedBy: ['sealed: every secret'],
  },
]
