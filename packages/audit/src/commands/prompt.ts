import { stderr, stdin } from 'node:process'
import { AuditError } from '../options/errors.ts'

const ENTER = /[\r\n\u0004]/
const BACKSPACE = /[\b\u007f]/
const INTERRUPT = '\u0003'

/** Asks on the terminal without showing what is typed. The question goes to stderr: stdout holds results only. */
export function promptHidden(question: string): Promise<string> {
  stderr.write(question)
  stdin.setRawMode(true)
  stdin.setEncoding('utf8')
  stdin.resume()
  return new Promise((resolve, reject) => {
    let typed = ''
    const finish = (settle: () => void): void => {
      stdin.off('data', onData)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      settle()
    }
    const onData = (chunk: Buffer | string): void => {
      for (const character of String(chunk)) {
        if (character === INTERRUPT) {
          finish(() => reject(new AuditError('aborted', 'stopped')))
          return
        }
        if (ENTER.test(character)) {
          finish(() => resolve(typed))
          return
        }
        typed = BACKSPACE.test(character) ? typed.slice(0, -1) : typed + character
      }
    }
    stdin.on('data', onData)
  })
}
