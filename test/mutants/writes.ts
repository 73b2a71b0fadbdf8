import type { Mutant } from './mutant.ts'

/** Laws 3, 7, 8 and 9. */
export const writeMutants: readonly Mutant[] = [
  {
    law: 3,
    fault: 'the memory store replaces data instead of merging',
    file: 'stores/memory/memory.ts',
    from: 'Object.freeze(merged(record.data, patch))',
    to: 'Object.freeze(patch.set ?? merged(record.data, patch))',
    noticedBy: ['law 3', 'update: merges'],
  },
  {
    law: 3,
    fault: 'update writes without its guard',
    file: 'request/handle.ts',
    from: 'const guard = this.record ? { rev: this.record.rev } : {}',
    to: 'const guard = {}',
    noticedBy: ['law 3'],
  },
  {
    law: 7,
    fault: 'two first writes make two sessions',
    file: 'session.ts',
    from: 'const result = this.#queue === null ? begin() : this.#queue.then(begin)',
    to: 'const result = begin()',
    noticedBy: ['law 7'],
  },
  {
    law: 8,
    fault: 'a store that fails makes everybody a visitor',
    file: 'request/create-context.ts',
    from: "withDeadline('read', () => store.read(sid, options), since),",
    to: "withDeadline('read', async () => store.read(sid, options), since).catch(() => null),",
    noticedBy: ['law 8: when the store cannot answer'],
  },
  {
    law: 8,
    fault: 'a store that hangs is waited for',
    file: 'deadline/deadline.ts',
    from: 'if (waking.between(entry.startedAt, now) < timeout) continue',
    to: 'if (waking.between(entry.startedAt, now) < timeout * 1e9) continue',
    noticedBy: ['law 8: a store that hangs'],
  },
  {
    law: 8,
    fault: 'the cookie is removed before the store has confirmed',
    file: 'session.ts',
    from: 'await endOwn(this.#handle)',
    to: 'context.signOff(exchange)\n      await endOwn(this.#handle)',
    noticedBy: ['law 8: when the store cannot answer'],
  },
  {
    law: 9,
    fault: 'writes are started but not awaited',
    file: 'request/create-context.ts',
    from: "update: (sid, patch, since) => withDeadline('update', () => store.update(sid, patch), since),",
    to: 'update: async (sid, patch) => void setImmediate(() => store.update(sid, patch)) === undefined,',
    noticedBy: ['law 9'],
  },
]
