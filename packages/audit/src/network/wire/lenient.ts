import type { Socket } from 'node:net'
import { cleanHead, endOfHead, isInterim } from './head.ts'

/** What has come of an answer's head; null from its end until the next request. */
const heads = new WeakMap<Socket, { held: Buffer | null }>()
/** A head larger than this is left to the parser, which refuses it. */
const LARGEST = 512 * 1024

/**
 * A request is about to be sent: what comes next is an answer's head. It is put as a strict parser wants it before
 * Node's sees it, since browsers pass over what that refuses.
 */
export function expectHead(socket: Socket): void {
  const known = heads.get(socket)
  if (known) known.held = Buffer.alloc(0)
  else watch(socket)
}

/** Whether anything came since the last request. */
export function hasHeard(socket: Socket): boolean {
  const held = heads.get(socket)?.held
  return held === null || (held?.length ?? 0) > 0
}

function watch(socket: Socket): void {
  const state: { held: Buffer | null } = { held: Buffer.alloc(0) }
  heads.set(socket, state)
  const push = socket.push.bind(socket)
  socket.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
    if (state.held === null) return push(chunk, encoding)
    if (chunk === null) {
      if (state.held.length > 0) push(state.held)
      return push(null)
    }
    state.held = Buffer.concat([state.held, chunk])
    try {
      return release(state, push)
    } catch (error) {
      socket.destroy(error as Error)
      return false
    }
  }
}

function release(state: { held: Buffer | null }, push: (chunk: Buffer) => boolean): boolean {
  let wantsMore = true
  while (state.held !== null && state.held.length > 0) {
    const text = state.held.toString('latin1')
    const end = endOfHead(text)
    if (end === null && state.held.length < LARGEST) return wantsMore
    const head = text.slice(0, end ?? 0)
    const rest = state.held.subarray(end ?? 0)
    // "100 Continue" and its like go before the answer itself.
    state.held = isInterim(head) ? rest : null
    if (head !== '') wantsMore = push(Buffer.from(cleanHead(head), 'latin1'))
    if (state.held === null && rest.length > 0) wantsMore = push(rest)
  }
  return wantsMore
}
