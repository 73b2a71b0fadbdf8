import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { exampleOf, frameworkFiles, guideBlocks, isBuiltElsewhere, missingImports } from './guides/blocks.ts'
import { type Compiled, compiled } from './guides/compiled.ts'
import { moves } from './guides/moves.ts'
import { type Move, tryLate, tryMove } from './guides/moving.ts'
import { rudeSocketIo, rudeWebSocket } from './guides/rude-visitors.ts'
import { cookieJar, started } from './guides/running.ts'

// Every code block of docs/guides is a file that works: here, or where its framework is installed (`npm run frameworks`).

const all = guideBlocks()
const examples = frameworkFiles()
const here = all.filter((block) => exampleOf(block, examples) === undefined)

let programs: Compiled
before(async () => {
  programs = await compiled(here.filter((block) => missingImports(block, all).length === 0))
})
after(() => programs.remove())

test('what cannot be compiled here is a file of an example, letter for letter, or built by its framework’s own tests', () => {
  const elsewhere = here
    .filter(({ guide }) => !isBuiltElsewhere(guide, examples))
    .map((block) => ({ ...block, missing: missingImports(block, all) }))
  assert.deepEqual(
    elsewhere
      .filter(({ missing }) => missing.length > 0)
      .map(
        ({ guide, name, missing }) =>
          `${guide}.md: ${name} imports ${missing}, and no frameworks/*/${name} is the same`,
      ),
    [],
  )
})

test('all others compile, as strictly as this repository does', () => {
  assert.equal(programs.complaints, '')
})

const blockOf = (move: Move) => all.find(({ guide, name }) => guide === move.guide && name === move.name)
const moving = moves.map(blockOf)
for (const block of here.filter((each) => each.code.includes('process.env.PORT') && !moving.includes(each))) {
  test(`${block.guide}.md: ${block.name} answers, and signs in where it can`, async (t) => {
    const url = await started(t, programs.program(block))
    const browser = cookieJar()
    const first = await browser.ask(url)
    assert.ok(first.status < 500, `GET / is answered ${first.status}`)
    if (!/['"/ ]\/login['"]/.test(block.code)) return
    const signIn = await browser.ask(`${url}/login`, 'POST', JSON.stringify({ userId: 'user-1' }))
    assert.ok(signIn.status < 400, `POST /login is answered ${signIn.status}: ${await signIn.text()}`)
    assert.equal(browser.names.length, 1, `a sign-in brings one cookie, not ${browser.names}`)
    if (!block.code.includes("'/me'")) return
    assert.match(await (await browser.ask(`${url}/me`)).text(), /user-1/)
  })
}

for (const move of moves) {
  test(`${move.guide}.md: who was signed in before the move still is`, async (t) => {
    const block = blockOf(move)
    assert.ok(block)
    await tryMove(t, programs.program(block), move)
    if ('TAKE_OVER_UNTIL' in move.env) await tryLate(t, programs.program(block), move)
  })
}

for (const [name, visit] of [
  ['server.ts', rudeSocketIo],
  ['ws.ts', rudeWebSocket],
] as const) {
  test(`socket-io.md: no visitor ends ${name}`, async (t) => {
    const block = all.find((each) => each.guide === 'socket-io' && each.name === name)
    assert.ok(block)
    const url = await started(t, programs.program(block))
    await visit(url)
    assert.equal((await cookieJar().ask(url)).status, 200)
  })
}

test('a guide whose files are run by node has npm make the project one of modules', () => {
  const run = all.filter(({ code }) => /^\/\/ [\w-]+\.ts: .*\bnode [\w-]+\.ts/.test(code))
  const without = [...new Set(run.map(({ guide }) => guide))].filter(
    (guide) => !readFileSync(`docs/guides/${guide}.md`, 'utf8').includes('    npm pkg set type=module\n'),
  )
  // npm 11 writes "type": "commonjs" otherwise, and node finds no import there.
  assert.deepEqual([run.length > 10, without], [true, []])
})
