/** What the page is told of the market's server. */
export interface MarketStatus {
  /** Where to connect to. */
  readonly url: string;
  readonly isRunning: boolean;
}
