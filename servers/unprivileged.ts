import { execFileSync } from 'node:child_process'

export interface User {
  readonly uid: number
  readonly gid: number
}

/** For servers that refuse to run as root: the user to run them as where we are root, undefined elsewhere. */
export function userBesideRoot(): User | undefined {
  if (process.getuid?.() !== 0) return undefined
  const [uid, gid] = ['-u', '-g'].map((flag) => idOf(flag, 'postgres') ?? idOf(flag, 'nobody'))
  if (uid === undefined || gid === undefined) throw new Error('There is no user postgres or nobody')
  return { uid, gid }
}

function idOf(flag: string, user: string): number | undefined {
  try {
    return Number(execFileSync('id', [flag, user], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  } catch {
    return undefined
  }
}
