/** What a browser may be in, for component tests and for looking. */
export type DemoState =
  | 'usual'
  | 'offline'
  | 'rejected'
  | 'starting'
  | 'unavailable'
  | 'embedded'
  | 'empty'
  | 'unsaved';
