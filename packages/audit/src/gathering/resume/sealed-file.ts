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

/** Writes it anew or not at all. Only its owner may read it. Throws AuditError `resume_invalid`. */
export async function writeSealed(path: string, passphrase: string, text: string): Promise<void> {
  const [salt, iv] = [randomBytes(16), randomBytes(12)]
  const { key, check } = await keysOf(passphrase, salt)
  const head = { schema: SCHEMA, salt: salt.toString('base64'), check: check.toString('base64') }
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(aboutOf(head))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  const tag = cipher.getAuthTag()
  const sealed: Sealed = {
    ...head,
    iv: iv.toString('base64'),
    tag: tag.toString('base64'),
    data: data.toString('base64'),
  }
  const file = resolve(path)
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, `${JSON.stringify(sealed)}\n`, { mode: 0o600, flag: 'wx' })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw invalid(path, `cannot be written (${codeOf(error)}); name one in a directory that you may write to`)
  }
}

/** Null where there is no such file. Throws AuditError `resume_invalid`, `resume_passphrase`. */
export async function readSealed(path: string, passphrase: string): Promise<string | null> {
  const sealed = await readHead(path)
  if (sealed === null) return null
  const [salt, iv, tag] = [sealed.salt, sealed.iv, sealed.tag].map((part) => Buffer.from(part, 'base64'))
  const { key, check } = await keysOf(passphrase, salt ?? Buffer.alloc(0))
  const known = Buffer.from(sealed.check, 'base64')
  if (known.length !== check.length || !timingSafeEqual(known, check)) {
    throw new AuditError('resume_passphrase', `${path} was written with another passphrase`)
  }
  try {
    const decipher = createDecipheriv(CIPHER, key, iv ?? '', { authTagLength: 16 })
    decipher.setAAD(aboutOf(sealed)).setAuthTag(tag ?? Buffer.alloc(0))
    const text = Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()])
    return text.toString('utf8')
  } catch {
    throw invalid(path, 'is damaged: begin anew without it')
  }
}

/** Throws before an audit what would be thrown after it: where the file cannot be written. */
export async function assertWritable(path: string): Promise<void> {
  const draft = `${resolve(path)}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, '', { mode: 0o600, flag: 'wx' })
  } catch (error) {
    throw invalid(path, `cannot be written (${codeOf(error)}); name one in a directory that you may write to`)
  } finally {
    await rm(draft, { force: true })
  }
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

async function keysOf(passphrase: string, salt: Buffer): Promise<{ key: Buffer; check: Buffer }> {
  const both = await new Promise<Buffer>((done, failed) => {
    scrypt(passphrase, salt, 48, COST, (error, made) => (error ? failed(error) : done(made)))
  })
  return { key: both.subarray(0, 32), check: both.subarray(32) }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
