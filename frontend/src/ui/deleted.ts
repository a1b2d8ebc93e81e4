import { useState } from 'react';
import { ApiError } from '../core';

/** The server knows it no more, or never did. */
export function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 410);
}

/** Whether what is not there was there before: then there is no need to ask for it. `isThere` is undefined until it is known. */
export function useWasThere(id: string, isThere: boolean | undefined): boolean {
  const [seen, setSeen] = useState<string>();
  if (isThere && seen !== id) setSeen(id);
  return isThere === false && seen === id;
}
