/** What came of handling a request in one place. */
export type Outcome =
  | {readonly kind: 'sent'}
  /** An error that `error_page` may still turn into something else. */
  | {readonly kind: 'error'; readonly status: number; readonly log?: string}
  /** Start again with another path, or in a named location. */
  | {readonly kind: 'internal'; readonly uri: string};

export const SENT: Outcome = {kind: 'sent'};
