declare namespace App {
  interface Locals {
    session: import('latchkey').Session<import('./middleware').Data>
  }
}
