import { createCipheriv, createDecipheriv, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isObject } from '../../evidence/shape.ts'
import { AuditError } from '../../options/errors.ts'

const SCHEMA = 'latchkey-resume/1'
const CIPHER = 'aes-256-gcm'
/** 32 MiB and about 0.1 s for each guess at the passphrase; of a file of this version never less, whatever it says. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 }

/** The file is plain JSON; everything but `data` is there to read it. */
interface Sealed {
  readonly schema: string
  readonly salt: string
  /** Of the passphrase, so that a wrong one is told from a file that was changed. */
  readonly check: string
  readonly iv: string
  readonly tag: string
  readonly data: string
}

/** A file that was opened with its passphrase. */
export interface SealedFile {
  /** What it holds; null where there is no such file yet. */
  readonly text: string | null
  /** Writes it anew or not at all. Only its owner may read it. Throws AuditError `resume_invalid`. */
  write(text: string): Promise<void>
}

/** Throws AuditError `resume_invalid`, `resume_passphrase`; before an audit what would be thrown after it. */
export async function openSealed(path: string, passphrase: string): Promise<SealedFile> {
  const sealed = await readHead(path)
  const salt = sealed === null ? randomBytes(16) : Buffer.from(sealed.salt, 'base64')
  const keys = await keysOf(passphrase, salt)
  if (sealed === null) await assertWritable(path)
  return {
    text: sealed === null ? null : opened(path, sealed, keys),
    async write(text) {
      const iv = randomBytes(12)
      const head = { schema: SCHEMA, salt: salt.toString('base64'), check: keys.check.toString('base64') }
      const cipher = createCipheriv(CIPHER, keys.key, iv).setAAD(aboutOf(head))
      const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]).toString('base64')
      const sealed: Sealed = {
        ...head,
        iv: iv.toString('base64'),
        tag: cipher.getAuthTag().toString('base64'),
        data,
      }
      await replaceFile(path, `${JSON.stringify(sealed)}\n`)
    },
  }
}

function opened(path: string, sealed: Sealed, { key, check }: Keys): string {
  const bytes = (part: string) => Buffer.from(part, 'base64')
  const known = bytes(sealed.check)
  if (known.length !== check.length || !timingSafeEqual(known, check)) {
    throw new AuditError('resume_passphrase', `the file ${path} was written with another passphrase`)
  }
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes(sealed.iv), { authTagLength: 16 })
    decipher.setAAD(aboutOf(sealed)).setAuthTag(bytes(sealed.tag))
    return Buffer.concat([decipher.update(bytes(sealed.data)), decipher.final()]).toString('utf8')
  } catch {
    throw invalid(path, 'is damaged: begin anew without it')
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const draft = `${resolve(path)}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await rename(draft, resolve(path))
  } catch (error) {
    await rm(draft, { force: true })
    throw unwritable(path, error)
  }
}

async function assertWritable(path: string): Promise<void> {
  const draft = `${resolve(path)}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, '', { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw unwritable(path, error)
  } finally {
    await rm(draft, { force: true })
  }
}

function unwritable(path: string, error: unknown): AuditError {
  return invalid(path, `cannot be written (${codeOf(error)}); name one in a directory that you may write to`)
}

export function invalid(path: string, why: string): AuditError {
  return new AuditError('resume_invalid', `the file ${path} ${why}`)
}

async function readHead(path: string): Promise<Sealed | null> {
  let found: unknown
  try {
    found = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw invalid(path, error instanceof SyntaxError ? NOT_OURS : `cannot be read (${codeOf(error)})`)
  }
  if (!isObject(found) || !String(found.schema).startsWith('latchkey-resume/')) throw invalid(path, NOT_OURS)
  if (found.schema !== SCHEMA) {
    throw invalid(path, `is ${String(found.schema).slice(0, 40)}, and this version goes on with ${SCHEMA}`)
  }
  const { schema, salt, check, iv, tag, data } = found
  const parts = { schema, salt, check, iv, tag, data }
  if (Object.values(parts).some((part) => typeof part !== 'string')) throw invalid(path, 'is damaged')
  return parts as Sealed
}

const NOT_OURS = 'is none that --resume wrote, and is left as it is: name another'

function aboutOf({ schema, salt, check }: Pick<Sealed, 'schema' | 'salt' | 'check'>): Buffer {
  return Buffer.from([schema, salt, check].join('\n'))
}

interface Keys {
  readonly key: Buffer
  readonly check: Buffer
}

async function keysOf(passphrase: string, salt: Buffer): Promise<Keys> {
  const both = await new Promise<Buffer>((done, failed) => {
    scrypt(passphrase, salt, 48, COST, (error, made) => (error ? failed(error) : done(made)))
  })
  return { key: both.subarray(0, 32), check: both.subarray(32) }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
