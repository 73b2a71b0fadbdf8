/** Whether it is a method and a path of the audited site, with whatever is sent after them. */
export function isRequest(typed: string): boolean {
  return /^\s*(?:GET|POST|PUT|PATCH|DELETE)\s+\/(?!\/)\S*/i.test(typed)
}
