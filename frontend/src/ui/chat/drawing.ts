/** A picture of its own, which runs no script, loads nothing and shares no style with the page. */
export interface Drawn {
  src: string;
  title: string;
  width: number;
  height: number;
}

export type Drawing = Drawn | { reason: 'invalid' | 'large' | 'unasked' | 'unloaded' };
