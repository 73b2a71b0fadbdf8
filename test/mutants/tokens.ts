import type { Mutant } from './mutant.ts'

const delivered = 'tokens: every ending is known'

/** Tokens end with their session. */
export const tokenMutants: readonly Mutant[] = [
  {
    law: 2,
    fault: 'an ending is not written to the list',
    file: 'tokens/revocation/recorded-endings.ts',
    from: '    await list.add(sid)\n',
    to: '    await Promise.resolve()\n',
    noticedBy: [delivered],
  },
  {
    law: 2,
    fault: 'the end of all sessions takes the list with it',
    file: 'tokens/revocation/recorded-endings.ts',
    from: 'const count = await store.deleteAll()\n      await list.addAll()',
    to: 'const count = await store.deleteAll()',
    noticedBy: [delivered],
  },
  {
    law: 2,
    fault: 'an ending that did not happen is told',
    file: 'tokens/revocation/recorded-endings.ts',
    from: 'const isTold = guard === undefined && (await',
    to: 'const isTold = (await',
    noticedBy: ['tokens: what did not end'],
  },
  {
    law: 10,
    fault: 'a guard that starts knows what ended of late only',
    file: 'tokens/revocation/feed.ts',
    from: ': asked.time - lifetime\n',
    to: ': asked.time\n',
    noticedBy: ['tokens: a guard that starts'],
  },
  {
    law: 10,
    fault: 'a guard that starts answers before it knows anything',
    file: 'tokens/revocation/feed.ts',
    from: 'return refresh().then(\n        () => isEndedNow(token),',
    to: 'return refresh().then(\n        () => false,',
    noticedBy: ['tokens: a guard that starts'],
  },
  {
    law: 10,
    fault: 'a guard lets in by what it knew long ago',
    file: 'tokens/revocation/feed.ts',
    from: '> maxAge)',
    to: '> maxAge * 10)',
    noticedBy: ['tokens: a store that cannot be asked'],
  },
  {
    law: 10,
    fault: 'a guard forgets in silence what it has no room for',
    file: 'tokens/revocation/feed.ts',
    from: 'if (ended.size >= maxEntries)\n',
    to: 'if (ended.size > maxEntries)\n',
    noticedBy: ['tokens: with more endings'],
  },
  {
    law: 10,
    fault: 'what was found alive is not looked at again',
    file: 'tokens/revocation/feed.ts',
    from: 'if (ended.size > before) generation++',
    to: 'if (before < 0) generation++',
    noticedBy: [delivered],
  },
  {
    law: 10,
    fault: 'a token of another user than its session’s is alive',
    file: 'tokens/revocation/online.ts',
    from: 'record.userId !== userId || ',
    to: '',
    noticedBy: ['tokens: one read of the store'],
  },
]
