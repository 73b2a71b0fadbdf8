/**
 * What a page of another site can make a browser send, and which cookies the browser adds (RFC 6265bis, sections
 * 5.2, 5.7 and 5.8.3). The page reads nothing and sets no header; all it chooses is the address, the method of a
 * form, the fields and how a form encodes them.
 */
export interface Foreign {
  readonly page: URL
  /** `document`: a link or a form that replaces the page. `image`: something the page loads by itself. */
  readonly destination: 'document' | 'image'
  /** The page hides where it is, by its Referrer-Policy or a sandboxed frame: Origin null and no Referer. */
  readonly hidden: boolean
}
