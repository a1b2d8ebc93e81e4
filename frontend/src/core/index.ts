export type * from './api';
export { basePath } from './base';
export type { Client } from './client';
export { type ClientOptions, createClient } from './engine';
export { ApiError } from './errors';
export { fold, Matcher } from './matching';
export { partsOf } from './parts';
export * from './search-query';
export type * from './types';
