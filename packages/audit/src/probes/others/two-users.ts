import { expectState } from '../../evidence/observation.ts'
import type { TwoUsersEvidence } from '../../evidence/two-users.ts'
import {
  BrowserJar,
  type Credential,
  frozenJar,
  type Jar,
  NO_CREDENTIALS,
} from '../../network/cookies/jar.ts'
import type { Answer } from '../../network/http.ts'
import { ProbeError } from '../../options/errors.ts'
import { asNamed } from '../carrier/renamed.ts'
import { isCompanion, liveJar, type ProbeContext } from '../context.ts'
import { noCookies } from '../sessions/at-hand.ts'
import { userAddresses } from './user-addresses.ts'
import { type OnlyTheirs, onlyIn, whoseIs } from './whose.ts'

type Trial = TwoUsersEvidence['trials'][number]

/**
 * What a second user's session opens of the first one's: the protected page, with all cookies of the one and with those
 * of both, and the pages whose addresses name the user. Whose page an answer is, is told by the words that only one of
 * them is shown.
 */
export async function probeTwoUsers(context: ProbeContext): Promise<TwoUsersEvidence> {
  const { options } = context
  const names = [options.username ?? '', options.secondUsername ?? ''] as const
  const first = await liveJar(context)
  const second = await signInSecond(context)
  const mine = [await open(context, first), await open(context, first)] as const
  const theirs = [await open(context, second.jar), await open(context, second.jar)] as const
  const visitor = await open(context, NO_CREDENTIALS)
  const only = { one: onlyIn(theirs, [...mine, visitor]), other: onlyIn(mine, [...theirs, visitor]) }
  const controls = [
    expectState('the first user', 'signed-in', { state: context.oracle.judge(mine[1]) }),
    expectState('no cookies', 'anonymous', await noCookies(context)),
  ]
  const swapped = ofSwapped(theirs, names)
  if (swapped) return { trials: [swapped], noAddress: NOT_AFTER_THAT, controls }
  if (only.one.size === 0 || only.other.size === 0) {
    throw new ProbeError(
      'the protected page says the same to both users, so that nothing tells whose it is; name one that shows who is signed in with --protected-url',
    )
  }
  const trials: Trial[] = [
    trial(
      'page',
      'the protected page, with the session of the second user',
      theirs[0],
      whoseIs(theirs[0], only),
    ),
    ...(await mixed(context, first, second.jar, only)),
  ]
  const landed = context.landed?.answers ?? []
  const pairs = userAddresses(context, [...mine, ...landed], [...theirs, ...second.landed], names)
  for (const { own, others } of pairs) {
    const tried = await tryAddress(context, { own, others }, first, second.jar)
    if (tried) trials.push(tried)
  }
  const noAddress = trials.some(({ kind }) => kind === 'address')
    ? null
    : 'no link on the first user’s pages names that user'
  return { trials, noAddress, controls }
}

const NOT_AFTER_THAT = 'the second user was shown the first one’s page already'

async function signInSecond({ signIn, options, http }: ProbeContext) {
  const { secondUsername = '', secondPassword = '' } = options
  if (signIn.login === null || !/^(?:form|json|urlencoded)$/.test(signIn.evidence.method))
    throw new ProbeError('only a form or a script’s request signs in a second user')
  if (options.totpSecret !== undefined)
    throw new ProbeError('the one-time codes of the second account are not known')
  http.secrets.addCredential('second password', secondPassword)
  const jar = new BrowserJar()
  const landed = await signIn.login(jar, { username: secondUsername, password: secondPassword })
  return { jar, landed: landed.answers }
}

/** The protected page, or another. */
function open({ http, oracle }: ProbeContext, jar: Jar, url?: URL): Promise<Answer> {
  const phase = jar === NO_CREDENTIALS ? 'replay' : 'signed-in'
  return http.send(
    url ? { url, phase, jar, from: oracle.url } : { ...oracle.asking, url: oracle.url, phase, jar },
  )
}

function trial(kind: Trial['kind'], what: string, answer: Answer, seen: Trial['seen']): Trial {
  return { kind, what, seen, visitor: null, exchanges: [answer.exchange], status: answer.status }
}

/** The second user is greeted by the first one's name, and not by the own one. */
function ofSwapped(theirs: readonly Answer[], [mine, own]: readonly [string, string]): Trial | null {
  const [first] = theirs
  const shows = ({ body }: Answer, name: string) => body.toLowerCase().includes(name.toLowerCase())
  const isSwapped = theirs.every((answer) => shows(answer, mine) && !shows(answer, own))
  if (first === undefined || !isSwapped || mine.length < 3 || own.includes(mine)) return null
  return trial('page', 'the protected page, with the session of the second user', first, "the other's")
}

/** The secrets of the one with all other cookies of the other: they say who it is, and nothing beside them. */
async function mixed(
  context: ProbeContext,
  first: BrowserJar,
  second: BrowserJar,
  only: OnlyTheirs,
): Promise<Trial[]> {
  const { oracle, renamings, carrier } = context
  const isSecret = ({ name }: Credential) => carrier.carriers.includes(name) && !isCompanion(context, name)
  const all = [first, second].map((jar) => asNamed(jar.credentials(oracle.url), renamings))
  const [mine = [], theirs = []] = all
  const others = mine.filter(
    (one) => !isSecret(one) && theirs.some(({ name, value }) => name === one.name && value !== one.value),
  )
  if (others.length === 0) return []
  const answer = await open(
    context,
    frozenJar([...theirs.filter(isSecret), ...rest(theirs, others), ...others]),
  )
  const what = `the protected page, with the second user’s session and ${others.map(({ name }) => name).join(', ')} of the first`
  return [trial('mixed', what, answer, whoseIs(answer, only))]

  function rest(all: readonly Credential[], replaced: readonly Credential[]): readonly Credential[] {
    return all.filter((one) => !isSecret(one) && !replaced.some(({ name }) => name === one.name))
  }
}

/** An address of the first user, opened by each, and by a visitor: what he sees is public. */
async function tryAddress(
  context: ProbeContext,
  { own, others }: { readonly own: URL; readonly others: URL },
  first: BrowserJar,
  second: BrowserJar,
): Promise<Trial | null> {
  const mine = await open(context, first, own)
  const theirs = await open(context, second, others)
  const only: OnlyTheirs = { one: onlyIn([theirs], [mine]), other: onlyIn([mine], [theirs]) }
  if (mine.status !== 200 || only.other.size === 0) return null
  const what = context.http.secrets.redactUrl(own.href)
  const asked = await open(context, second, own)
  const again = whoseIs(asked, only) === "the other's" ? asked : await open(context, second, own)
  const visitor = await open(context, NO_CREDENTIALS, own)
  return {
    ...trial('address', what, again, whoseIs(again, only)),
    visitor: whoseIs(visitor, only),
    exchanges: [mine.exchange, again.exchange, visitor.exchange],
  }
}
