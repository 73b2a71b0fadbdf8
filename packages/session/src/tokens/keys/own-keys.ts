import { isPromise } from '../../deadline/deadline.ts'
import { SessionError } from '../../errors.ts'
import { TokenError } from '../token-error.ts'
import { createFollowed, type Fetched, type Followed } from './followed.ts'
import { type KeyDocument, type KeySet, readKeySet, succeeded } from './key-set.ts'
import { type KeySource, sourceOf } from './sources.ts'

// A rotation lets the old key sign for twice as long: every server has read the new keys by then.
const readEvery = 30_000
const pause = 1000

/**
 * The keys of a source, read again where they may change. What cannot be read later leaves those that are known.
 * @param warn hears of it, once a minute
 * @param what whose option it is, for messages
 * @throws SessionError `config_invalid` where what can be read at once is no key set
 */
export function followKeys(
  what: string,
  keys: KeySource | KeyDocument,
  now: () => number,
  warn: (message: string) => void,
): Followed<KeySet> {
  const source = sourceOf(keys)
  const freshFor = source.changes ? readEvery : Number.POSITIVE_INFINITY

  function refused(error: unknown): Error {
    const reason = error instanceof Error ? error.message : String(error)
    return new TokenError('keys_unavailable', `${what}: ${source.name} cannot be used: ${reason}.`, {
      cause: error,
    })
  }
  const followed = createFollowed<KeySet>({
    now,
    pause,
    staleFor: Number.POSITIVE_INFINITY,
    warn,
    load(before) {
      const take = (document: KeyDocument): Fetched<KeySet> => ({
        value: succeeded(before, readKeySet(document)),
        freshFor,
      })
      try {
        const document = source.read()
        if (!isPromise(document)) return take(document)
        return document.then(take).catch((error) => {
          throw refused(error)
        })
      } catch (error) {
        throw refused(error)
      }
    },
  })
  try {
    const first = followed.get()
    // Who asks next hears of it.
    if (isPromise(first)) first.catch(() => undefined)
  } catch (error) {
    const { message } = error as Error
    throw new SessionError('config_invalid', `${message} Make keys with npx latchkey-keys new.`, {
      cause: error,
    })
  }
  return followed
}
