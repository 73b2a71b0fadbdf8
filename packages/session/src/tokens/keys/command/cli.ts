#!/usr/bin/env node
import { argv, stderr, stdout } from 'node:process'
import { UsageError } from '../../../command/usage-error.ts'
import { isSessionError } from '../../../errors.ts'
import type { KeyDocument } from '../key-set.ts'
import { newKeys, rotatedKeys } from '../rotation.ts'
import { help, parseWish, type Wish } from './arguments.ts'
import { readKeyFile, withLock, writeKeyFile } from './files.ts'

/** Arguments in, exit code out. */
async function main(args: readonly string[]): Promise<number> {
  try {
    const wish = parseWish(args)
    if (wish === null) stdout.write(help)
    else stdout.write(wish.deed === 'new' ? await made(wish) : await rotated(wish))
    return 0
  } catch (error) {
    const isUsage = error instanceof UsageError || (isSessionError(error) && error.code === 'config_invalid')
    const hint = error instanceof UsageError ? '; --help lists what there is' : ''
    stderr.write(`latchkey-keys: ${(error as Error).message}${hint}\n`)
    return isUsage ? 2 : 1
  }
}

async function made({ file, algorithms, lifetime }: Wish): Promise<string> {
  const keys = await newKeys({ algorithms, lifetime })
  if (file === null) return `${JSON.stringify(keys)}\n`
  try {
    writeKeyFile(file, keys, { mayReplace: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new Error(`${file} is there already, and keys are never overwritten: rotate it, or name another`)
  }
  return `${file}: ${summary(keys)}\n`
}

async function rotated({ file, atOnce, compromised }: Wish): Promise<string> {
  if (file === null) return ''
  return withLock(file, async () => {
    const keys = await rotatedKeys(readKeyFile(file), { atOnce, compromised })
    writeKeyFile(file, keys, { mayReplace: true })
    return `${file}: ${summary(keys)}\n`
  })
}

/** Their names and states, which are no secrets. */
function summary({ keys }: KeyDocument): string {
  return keys.map(({ alg, kid, state }) => `${alg} ${kid} ${state}`).join('; ')
}

// Whoever reads the output may stop early (`| head`): that is no fault.
stdout.on('error', () => undefined)

process.exitCode = await main(argv.slice(2))
