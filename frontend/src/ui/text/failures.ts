import type { Failure } from '../../core';

/** What happened and what to do, by the code of a failure. `said` is what the server or the engine says of it. */
export type Failures = Partial<Record<string, (said: string) => readonly [happened: string, hint: string]>>;

/** The server and the engine speak English. */
export const enFailures: Failures = {};

/** A failure in the words of the language, where it has some. */
export function inWords({ code, message, hint }: Failure, failures: Failures): Failure {
  const [happened, todo] = failures[code]?.(message) ?? [message, hint];
  return { code, message: happened, hint: todo };
}
