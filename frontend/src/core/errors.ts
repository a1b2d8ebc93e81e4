import type { Failure } from './types';

export interface Problem extends Failure {
  /** HTTP status; 0 when there was no answer at all. */
  status?: number;
  details?: Record<string, unknown>;
}

/** A request that failed: a stable `code`, a sentence for people (`message`), what to do (`hint`), and more in `details`. */
export class ApiError extends Error {
  readonly code: string;
  readonly hint: string;
  readonly status: number;
  readonly details: Record<string, unknown>;

  constructor({ code, message, hint, status = 0, details = {} }: Problem) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.hint = hint;
    this.status = status;
    this.details = details;
  }

  get failure(): Failure {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** What is not an answer of the server is the browser's own trouble: it passes, or it is a bug that the console shows. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!isClosed(error)) console.error(String(error), error);
  const reason = error instanceof Error ? error.message : String(error);
  return new ApiError({
    code: 'browser_error',
    message: `Something went wrong in this browser: ${reason}`,
    hint: 'What you wrote is kept here. Reload the page; if it happens again, report it.',
  });
}

/** For hints and marks: that they fail costs latency, never data. The next catching up repairs it. */
export function inBackground(task: Promise<unknown>): void {
  task.catch(asApiError);
}

/** IndexedDB failed for another reason than a lack of room: nothing was written. */
export function storageFailed(error: unknown): ApiError {
  const reason = error instanceof Error || error instanceof DOMException ? error.name : String(error);
  return new ApiError({
    code: 'storage_failed',
    message: `This browser could not keep that (${reason}).`,
    hint: 'What you wrote is still where you wrote it. Try again; if it fails again, copy it and restart the browser.',
  });
}

/** What is read or written in this browser, with failures that can be told to people. */
export async function inBrowser<T>(done: PromiseLike<T>): Promise<T> {
  try {
    return await done;
  } catch (error) {
    throw error instanceof ApiError ? error : storageFailed(error);
  }
}

export function storageUnavailable(error: unknown): ApiError {
  const reason = asApiError(error).message;
  return new ApiError({
    code: 'storage_unavailable',
    message: `This browser does not let Locrit keep anything (${reason})`,
    hint: 'Allow site data for this address or leave the private window, then reload.',
  });
}

export function unreachable(): ApiError {
  return new ApiError({
    code: 'unreachable',
    message: 'The server does not answer.',
    hint: 'What you wrote is kept in this browser and sent as soon as it answers.',
  });
}

/** The error that a response carries, whatever the shape of its body: a proxy in between answers in HTML. */
export function refusal(status: number, body: unknown): ApiError {
  const error = (body as { error?: unknown } | null | undefined)?.error;
  if (typeof error !== 'object' || error === null) return unexpected(status, body);
  const { code, message, hint, ...details } = error as Failure;
  return new ApiError({ code, message, hint, status, details });
}

function unexpected(status: number, body: unknown): ApiError {
  const { error, code, hint } = (body ?? {}) as Record<string, unknown>;
  return new ApiError({
    code: typeof code === 'string' ? code : `http_${status}`,
    message: typeof error === 'string' ? error : `The server answered with status ${status}.`,
    hint: typeof hint === 'string' ? hint : 'Try again in a moment.',
    status,
  });
}

/** Where every kind is handled: another one does not compile. */
export function assertNever(value: never): never {
  throw new Error(`Not handled: ${JSON.stringify(value)}`);
}

/** The page is going away, or the database was deleted under it. */
function isClosed(error: unknown): boolean {
  return error instanceof Error && error.name === 'DatabaseClosedError';
}
