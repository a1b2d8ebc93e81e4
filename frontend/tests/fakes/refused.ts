import { ApiError } from '../../src/core/errors';

export const USER_SCOPE = 'user:local';

export function refused(status: number, code: string, details: Record<string, unknown> = {}): ApiError {
  return new ApiError({ status, code, message: `The server says ${code}.`, hint: '', details });
}
