import type { Session } from 'latchkey'
import type { Data } from '#lib/server/sessions.ts'

declare global {
  namespace App {
    interface Locals {
      session: Session<Data>
    }
  }
}
