export { basePath } from './base';
export { type ClientOptions, createClient } from './client';
export { ApiError } from './errors';
export type { LocritRow, ParkedLocrit } from './locrits';
export { fold, Matcher } from './matching';
export type { SearchEnd } from './search';
export * from './search-query';
export type * from './types';
