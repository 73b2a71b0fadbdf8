const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up',
  ECONNRESET: 'it closed the connection',
  '28P01': 'it refuses the user name or the password',
  '28000': 'it refuses the user',
  '3D000': 'it has no such database',
  '42501': 'the user may not create tables there',
  '53300': 'it has no connection left',
  '57P03': 'it is starting or stopping',
  WRONGPASS: 'it refuses the user name or the password',
  NOAUTH: 'it asks for a password',
  NO_ANSWER: 'it does not answer',
}

export interface Place {
  /** The setting that named it. */
  readonly variable: string
  readonly server: 'PostgreSQL' | 'Redis'
  /** Host and port. */
  readonly at: string
}

/**
 * Does what must be done before a console can start.
 * @throws Error in one line that names the setting and holds nothing of its value but the place
 */
export async function starting<T>({ variable, server, at }: Place, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw new Error(
      `Cannot start. ${variable}: the ${server} at ${at} cannot be used: ${reasonOf(error)}. ` +
        `Start it or correct ${variable}, then start the console again.`,
    )
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the reason is not known'
  // Redis says it in the first word of its answer, everybody else in `code`.
  const word = /^[A-Z]{6,}(?= )/.exec(error.message)?.[0]
  const code = 'code' in error && typeof error.code === 'string' ? error.code : word
  if (/time(d )?out|timeout/i.test(`${error.name} ${error.message}`)) return 'it does not answer'
  if (/schema version/.test(error.message)) return error.message.replace(/\.$/, '')
  return (code && reasons[code]) ?? `it answers with ${code ?? error.name}`
}
