import type { Lane, Moment } from '../../judging/moment.ts'

/** The lanes in the order of a session's life, with their names in the picture. */
export const LANES: readonly { readonly lane: Lane; readonly name: string }[] = [
  { lane: 'visitor', name: 'visitor' },
  { lane: 'sign-in', name: 'sign-in' },
  { lane: 'use', name: 'use' },
  { lane: 'sign-out', name: 'sign-out' },
  { lane: 'replay', name: 'replays' },
]

/** A moment with its place: `step` in time from 0, `row` of its lane. */
export interface Placed {
  readonly moment: Moment
  readonly number: number
  readonly step: number
  readonly row: number
}

/** Each moment has a step of its own, so that no two marks lie on each other. */
export function placed(moments: readonly Moment[]): readonly Placed[] {
  return moments.map((moment, step) => ({
    moment,
    number: step + 1,
    step,
    row: LANES.findIndex(({ lane }) => lane === moment.lane),
  }))
}

/** The way of the user's own browser through its lanes; what replays send is no part of it. */
export function way(all: readonly Placed[]): readonly Placed[] {
  return all.filter(({ moment }) => moment.lane !== 'replay')
}
