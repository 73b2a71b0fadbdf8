import { type Command, Option } from 'commander'
import type { ActionFields, ReversibleAction } from '../options/action.ts'
import { AuditError } from '../options/errors.ts'
import type { AuditOptions } from '../options/options.ts'

/** The options of one reversible action, as commander hands them over. */
export interface ActionFlags {
  readonly action?: string
  readonly actionSet?: ActionFields
  readonly actionUndo?: ActionFields
  readonly actionRead?: string
  readonly actionFind?: string
  readonly actionForm?: string
  readonly actionFormat?: 'form' | 'json'
}

/** Adds the options that name one change, to see whether another site can make it. */
export function withActionOptions(command: Command): Command {
  return command
    .option(
      '--action <request>',
      'one change that can be undone, such as "POST /profile": see whether other sites can make it',
    )
    .option('--action-set <name=value>', 'a field of the change; repeat it for each', field)
    .option('--action-undo <name=value>', 'a field that undoes it; a name alone leaves the field out', field)
    .option('--action-read <url>', 'the page, or the endpoint, that shows the value')
    .option('--action-find <where>', 'where it is: field:NAME, json:a.b, or match:PATTERN with a group')
    .option('--action-form <url>', 'the page with the form of the change (default: --action-read)')
    .addOption(
      new Option('--action-format <format>', 'how the change is sent (default: form)').choices([
        'form',
        'json',
      ]),
    )
}

/**
 * The action that was named, if one was.
 * @throws AuditError `usage` when a part of it is missing.
 */
export function actionFrom(flags: ActionFlags): Pick<AuditOptions, 'action'> {
  const { action, actionSet, actionUndo, actionRead, actionFind, actionForm, actionFormat } = flags
  if (action === undefined) {
    const [stray] = Object.keys(flags).filter((name) => /^action[A-Z]/.test(name))
    if (stray === undefined) return {}
    const option = stray.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)
    throw new AuditError('usage', `--${option} needs --action, the request that makes the change`)
  }
  const [, method, url] = /^(?:([A-Za-z]+)\s+)?(\S+)$/.exec(action.trim()) ?? []
  if (url === undefined) {
    throw new AuditError('usage', '--action wants a method and an address, such as "POST /profile"')
  }
  if (actionRead === undefined || actionFind === undefined) {
    throw new AuditError(
      'usage',
      '--action needs --action-read and --action-find, to read what became of the change',
    )
  }
  return {
    action: {
      url,
      ...(method === undefined
        ? {}
        : { method: method.toUpperCase() as ReversibleAction['method'] & string }),
      change: actionSet ?? {},
      undo: actionUndo ?? {},
      readUrl: actionRead,
      find: actionFind,
      ...(actionForm === undefined ? {} : { formUrl: actionForm }),
      ...(actionFormat === undefined ? {} : { format: actionFormat }),
    },
  }
}

function field(given: string, before: ActionFields = {}): ActionFields {
  const equals = given.indexOf('=')
  if (equals === 0 || given === '') {
    throw new AuditError(
      'usage',
      'a field is written NAME=VALUE, such as nickname=Ada, or NAME to leave it out',
    )
  }
  return equals < 0
    ? { ...before, [given]: null }
    : { ...before, [given.slice(0, equals)]: given.slice(equals + 1) }
}
