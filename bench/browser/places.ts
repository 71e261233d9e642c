/** Where a page finds what it measures. */
export interface Places {
  readonly page: string;
  readonly millrace: string;
  /** One JSON text message a quote. */
  readonly json: string;
  /** JSON arrays of many. */
  readonly arrays: string;
}
