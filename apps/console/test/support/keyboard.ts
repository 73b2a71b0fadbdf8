import type { Page } from 'playwright-core'

/** What had the focus: its name, and its number among what can be used on the page, -1 for what is only scrolled. */
interface Stop {
  readonly name: string
  readonly at: number
}

// In the page. What can be used there is told from the elements, not from their tabindex, so that what was made
// unreachable by one is missed.
const inPage = `
const controls = () => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((each) => each.type !== 'hidden' && !each.disabled && each.checkVisibility({ visibilityProperty: true }))
const nameOf = (each) => (each.ariaLabel ?? each.labels?.[0]?.textContent ?? each.textContent ?? '').trim()
  .replace(/\\s+/g, ' ') || each.id
`
const named = `(() => {
  ${inPage}
  return document.activeElement === document.body ? '' : nameOf(document.activeElement)
})()`
const listed = `(() => {
  ${inPage}
  return controls().map(nameOf)
})()`
const nextFolded = `(() => {
  ${inPage}
  const folded = controls().find((each) => each.localName === 'summary' && !each.parentElement.open)
  folded?.focus()
  return folded ? nameOf(folded) : null
})()`
const follow = `(() => {
  ${inPage}
  globalThis.stops = []
  document.addEventListener('focusin', ({ target }) => {
    stops.push({ name: nameOf(target), at: controls().indexOf(target) })
  })
  document.querySelector('.skip').focus()
})()`
// An outline lies around its element, or on the edge of one that differs little from what is around it.
const unseen = `(() => {
  ${inPage}
  const rgb = (color) => color.match(/[\\d.]+/g).map(Number)
  const luminance = (color) => {
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    const [r, g, b] = rgb(color).map((part) => linear(part / 255))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
  }
  const around = (each) => {
    const { backgroundColor } = getComputedStyle(each)
    return rgb(backgroundColor)[3] === 0 ? around(each.parentElement) : backgroundColor
  }
  const found = []
  for (const scheme of ['light', 'dark']) {
    document.documentElement.style.colorScheme = scheme
    for (const each of controls()) {
      each.focus({ focusVisible: true, preventScroll: true })
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(each)
      const isThere = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1.5
      const [one, other] = [luminance(outlineColor), luminance(around(each.parentElement))]
      if (!isThere || Math.max(one, other) / Math.min(one, other) < 3)
        found.push('the focus on “' + nameOf(each) + '” is not seen, ' + scheme)
    }
  }
  document.documentElement.style.colorScheme = ''
  document.activeElement?.blur()
  return found
})()`

/** The name of what has the focus; empty where nothing on the page has it. */
export const focusOn = (page: Page): Promise<string> => page.evaluate(named)

/** Goes on with Tab until that has the focus: by its name, or how it begins. Says where it went where it does not come. */
export async function tabTo(page: Page, name: string): Promise<void> {
  const passed: string[] = []
  // From the end once more from the beginning.
  let rounds = 0
  for (let presses = 0; presses < 200; presses++) {
    await page.keyboard.press('Tab')
    const found = await focusOn(page)
    if (found === name || found.startsWith(`${name} `)) return
    passed.push(found)
    if (found === '' && presses > 0 && ++rounds > 1) break
  }
  throw new Error(`Tab does not come to “${name}”, but to: ${passed.join(' | ')}`)
}

/** Goes there with Tab and presses it. */
export async function press(page: Page, name: string, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press(key)
}

/** Goes to a field with Tab and types into it. */
export async function type(page: Page, name: string, text: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.type(text)
}

/** Unfolds by its key what is folded, also within what was; what does not unfold. */
async function unfold(page: Page): Promise<string[]> {
  for (let count = 0, before = ''; ; count++) {
    const name: string | null = await page.evaluate(nextFolded)
    if (name === null) return []
    if (count > 200) return [`“${before}” does not unfold`]
    before = name
    await page.keyboard.press(count % 2 === 0 ? 'Enter' : 'Space')
  }
}

/** All that gets the focus while Tab is held down, from the link over the page's head until it begins anew. */
async function stopsOf(page: Page, count: number): Promise<readonly Stop[]> {
  await page.evaluate(follow)
  await Promise.all(Array.from({ length: count + 20 }, () => page.keyboard.down('Tab')))
  await page.keyboard.up('Tab')
  const all: Stop[] = await page.evaluate('stops')
  const end = all.findIndex(({ at }, index) => at === 0 && index > 0)
  return end < 0 ? all : all.slice(0, end)
}

/**
 * Goes through the whole page with Tab, with all unfolded that is folded; what is wrong on the way: what is not reached,
 * comes out of its order, keeps the focus, or is not seen to have it.
 */
export async function faultsOfWalk(page: Page): Promise<string[]> {
  const faults = await unfold(page)
  const names: string[] = await page.evaluate(listed)
  const stops = await stopsOf(page, names.length)
  const order = stops.map(({ at }) => at).filter((at) => at !== -1)
  if (names[0] !== 'Skip to content' || order[0] !== 0)
    faults.push('it does not begin with a way over its head')
  for (const [index, name] of names.entries()) {
    if (!order.includes(index)) faults.push(`“${name}” is not reached`)
  }
  for (const [place, at] of order.entries()) {
    if (at <= (order[place - 1] ?? -1)) faults.push(`“${names[at]}” comes out of its order`)
  }
  faults.push(...((await page.evaluate(unseen)) as string[]))
  return faults.map((fault) => `${new URL(page.url()).pathname}: ${fault}`)
}
