import type { Left } from '../sign-in.ts'
import { saysElsewhere, saysSignOut } from '../words.ts'
import { settled, until } from './patience.ts'
import { press, type Visitor } from './person.ts'
import { readRendered } from './rendered.ts'

const SOON = 3000

/** Presses the control of the page that says so; null where none is seen, or pressing it asks for nothing. */
export async function pressSignOut(visitor: Visitor): Promise<Left | null> {
  const { page, wire, patience } = visitor
  await settled(wire, patience)
  const element = await until(wire, { ...patience, limit: SOON }, async () => {
    const rendered = await readRendered(page.mainFrame())
    const buttons = rendered.forms.flatMap((form) => form.buttons)
    const found = [...rendered.links, ...buttons].find(
      ({ text }) => saysSignOut(text) && !saysElsewhere(text),
    )
    return found ? rendered.element(found) : null
  })
  if (element === null) return null
  page.on('dialog', (dialog) => void dialog.accept().catch(() => {}))
  const before = wire.sent.length
  await press(visitor, element)
  const sent = () => wire.sent.slice(before).filter(({ isData }) => isData)
  // What was pressed may take its time to ask.
  await until(wire, { ...patience, limit: SOON }, async () => (sent().length > 0 ? true : null))
  await settled(wire, patience)
  const { answer } = sent().find(({ answer: { method } }) => method !== 'GET') ?? sent()[0] ?? {}
  return answer ? { method: answer.method, url: answer.url } : null
}
