import { parseArgs } from 'node:util'
import type { Context } from './section.ts'
import { sections } from './sections.ts'
import { groups } from './speed/groups.ts'

export interface Arguments {
  /** The sections to run. */
  readonly names: readonly string[]
  readonly context: Context
  readonly json: string | undefined
  readonly charts: string | undefined
}

/** The command line (`bench.ts`); ends the process with 2 and a message for one that cannot be. */
export function readArguments(args: readonly string[] = process.argv.slice(2)): Arguments {
  const { values, positionals } = parse(args)
  const { quick, only, rows, store } = values
  const unknown = positionals.find((name) => !(name in sections))
  if (unknown !== undefined)
    fail(`There is no section ${unknown}. Write one of ${Object.keys(sections).join(', ')}.`)
  if (!groups.some(({ framework }) => framework.includes(only)))
    fail(`--only ${only} matches no framework. Write node, express, fastify, koa, nest, h3 or hono.`)
  const plan = {
    rounds: number('rounds', values.rounds, quick ? 12 : 45, 1),
    window: number('window', values.window, 100, 1),
    connections: 64,
    warmUp: quick ? 1000 : 2000,
  }
  const sessions = number('sessions', values.sessions, quick ? 10_000 : 100_000, 0)
  const chosen = positionals.length > 0 ? positionals : Object.keys(sections)
  return {
    names: chosen.filter((name) => name !== 'memory' || sessions > 0),
    context: {
      plan,
      quick,
      only,
      rows,
      store,
      sessions,
      tenMillion: values['ten-million'],
      before: values.before,
      note,
    },
    json: values.json,
    charts: values.charts,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        window: { type: 'string' },
        only: { type: 'string', default: '' },
        rows: { type: 'string', default: '' },
        store: { type: 'string', default: '' },
        sessions: { type: 'string' },
        'ten-million': { type: 'boolean', default: false },
        before: { type: 'string' },
        quick: { type: 'boolean', default: false },
        json: { type: 'string' },
        charts: { type: 'string' },
      },
    })
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

function number(name: string, text: string | undefined, otherwise: number, least: number): number {
  const value = text === undefined ? otherwise : Number(text)
  return Number.isInteger(value) && value >= least
    ? value
    : fail(`--${name} ${text} is not a whole number of at least ${least}.`)
}

function note(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}\r`)
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
