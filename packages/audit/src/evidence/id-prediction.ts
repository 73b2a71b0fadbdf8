import { number, object, optional, text } from './shape.ts'

/** How IDs that were seen follow from each other, and what became of telling the next. Plain JSON, as all evidence. */
export interface IdPrediction {
  /** "a number that grows by 1", "md5 of a counter" */
  readonly how: string
  /** How many values the next one could have, made up before it was asked for. */
  readonly candidates: number
  /** Bits that an ID of this form can have. */
  readonly bits: number
  /** How many new IDs were asked for, and how many of them had been told. */
  readonly asked: number
  readonly hits: number
  /** The last of those. */
  readonly exchange?: number
}

export const idPredictionShape = object({
  how: text,
  candidates: number,
  bits: number,
  asked: number,
  hits: number,
  exchange: optional(number),
})
