export interface RenderOptions {
  /** Terminal colours; only the text format has any. Default false. */
  readonly colour?: boolean
  /** SARIF: the file of the repository that alerts are shown at, relative to its root. Default README.md. */
  readonly sourceFile?: string
}
