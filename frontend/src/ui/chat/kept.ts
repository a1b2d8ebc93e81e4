import { ApiError } from '../../core';

/** False when this browser has no room for what was written: the status line says so, and the text must stay on the page. */
export async function isKept(written: Promise<unknown>): Promise<boolean> {
  try {
    await written;
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'storage_full') return false;
    throw error;
  }
}
