import { stderr, stdout } from 'node:process'

/** Takes a command's exit code. */
export type Outcome = (exitCode: number) => void

/** Writes a result, and waits until it is out: a pipe may be slow. */
export async function say(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}

/** Tells a person something that is no result; silent in CI and with --quiet. */
export function notice(text: string, flags: { readonly quiet?: true }): void {
  if (!flags.quiet && stderr.isTTY) stderr.write(`${text}\n`)
}

/** https://no-color.org: any value but an empty one switches colour off. */
export function usesColour(): boolean {
  return stdout.isTTY === true && !process.env.NO_COLOR
}

/**
 * The first Ctrl-C (or SIGTERM, by which CI stops a job) ends the audit in order, so that open requests are closed
 * and a changed password is changed back; a second one kills as usual. `first` is what a person should know then.
 */
export function stopOnInterrupt(first?: string): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const stop = (): void => {
    if (first !== undefined) stderr.write(`\n${first}\n`)
    controller.abort()
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const release = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
  return { signal: controller.signal, release }
}
