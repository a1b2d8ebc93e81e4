export { basePath } from './base';
export { type ClientOptions, createClient } from './client';
export { ApiError } from './errors';
export type * from './types';
