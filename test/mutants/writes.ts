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
    from: 'const result = this.#queue === null ? run() : this.#queue.then(run)',
    to: 'const result = run()',
    noticedBy: ['law 7'],
  },
  {
    law: 8,
    fault: 'a store that fails makes everybody a visitor',
    file: 'request/create-context.ts',
    from: "read: (sid, options) => withDeadline('read', () => store.read(sid, options)),",
    to: "read: (sid, options) => withDeadline('read', () => store.read(sid, options)).catch(() => null),",
    noticedBy: ['law 8: when the store cannot answer'],
  },
  {
    law: 8,
    fault: 'a store that hangs is waited for',
    file: 'record/deadline.ts',
    from: 'if (waking.between(entry.startedAt, now) < timeout) continue',
    to: 'if (waking.between(entry.startedAt, now) < timeout * 1e9) continue',
    noticedBy: ['law 8: a store that hangs'],
  },
  {
    law: 8,
    fault: 'the cookie is removed before the store has confirmed',
    file: 'session.ts',
    from: 'await context.end(record.sid)',
    to: 'context.signOff(exchange)\n      await context.end(record.sid)',
    noticedBy: ['law 8: when the store cannot answer'],
  },
  {
    law: 9,
    fault: 'writes are started but not awaited',
    file: 'request/create-context.ts',
    from: "update: (sid, patch) => withDeadline('update', () => store.update(sid, patch)),",
    to: 'update: async (sid, patch) => void setImmediate(() => store.update(sid, patch)) === undefined,',
    noticedBy: ['law 9'],
  },
]
