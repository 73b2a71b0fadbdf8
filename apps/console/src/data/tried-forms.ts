import { randomBytes } from 'node:crypto'
import { seal, unseal } from '../security/sealed.ts'
import type { Database } from './database.ts'

/** Whose it is: a user, in one session. */
export interface Holder {
  readonly userId: string
  readonly sid: string
}

/** How to get a form back that was kept. */
export interface Ticket {
  readonly id: string
  readonly key: string
}

/**
 * Forms whose sign-in was tried, so that an audit starts with what was typed. The database has them sealed, and the key
 * is in the page alone: neither is of use without the other, or in another session. Of each user the last is kept, for
 * five minutes. All reject when the database cannot answer.
 */
export interface TriedForms {
  keep(form: object, holder: Holder): Promise<Ticket>
  /** Null when it is too old, or not theirs. */
  find(ticket: Ticket, holder: Holder): Promise<unknown>
  remove(ticket: Ticket, holder: Holder): Promise<void>
  /** Removes what is too old. */
  sweep(): Promise<void>
}

/** How long a form is kept, in milliseconds. */
export const triedFormLife = 300_000

const insert = `INSERT INTO console_tried_forms (user_id, id, sealed, expires_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (user_id) DO UPDATE SET id = excluded.id, sealed = excluded.sealed, expires_at = excluded.expires_at`
const find = 'SELECT sealed FROM console_tried_forms WHERE user_id = $1 AND id = $2 AND expires_at > $3'
const remove = 'DELETE FROM console_tried_forms WHERE user_id = $1 AND id = $2'
const sweep = 'DELETE FROM console_tried_forms WHERE expires_at <= $1'

export function createTriedForms(database: Database, now: () => number): TriedForms {
  return {
    async keep(form, holder) {
      const id = randomBytes(16).toString('base64url')
      const { sealed, key } = seal(JSON.stringify(form), nameOf(holder))
      await database.query(insert, holder.userId, id, sealed, now() + triedFormLife)
      return { id, key }
    },
    async find({ id, key }, holder) {
      const sealed = (await database.query(find, holder.userId, id, now())).rows[0]?.sealed
      const text = typeof sealed === 'string' ? unseal({ sealed, key }, nameOf(holder)) : null
      return text === null ? null : JSON.parse(text)
    },
    async remove({ id }, { userId }) {
      await database.query(remove, userId, id)
    },
    async sweep() {
      await database.query(sweep, now())
    },
  }
}

function nameOf({ userId, sid }: Holder): string {
  return `${userId} ${sid}`
}
