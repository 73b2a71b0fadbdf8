export interface Versions {
  /** 0: there was no table. */
  readonly from: number
  readonly to: number
}
