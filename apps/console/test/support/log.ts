import { type Logger, pino } from 'pino'

/** A log that is kept. */
export function recordedLog(): { readonly log: Logger; readonly logged: () => string } {
  let logged = ''
  const write = (line: string) => {
    logged += line
  }
  return { log: pino({ level: 'debug' }, { write }), logged: () => logged }
}
