import type { paths } from '../protocol.gen';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][M]>;
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : never;
type Success<T> = T extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201 | 202>]> : never;
type Given<T, Key extends string> = T extends { [K in Key]?: infer Value } ? NonNullable<Value> : never;

export type PathsWith<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: unknown } ? P : never;
}[keyof paths];

export interface Init<P extends keyof paths, M extends Method> {
  params?: {
    path?: Given<Given<Operation<P, M>, 'parameters'>, 'path'>;
    query?: Given<Given<Operation<P, M>, 'parameters'>, 'query'>;
  };
  body?: Json<Given<Operation<P, M>, 'requestBody'>>;
  signal?: AbortSignal;
}

type Call<M extends Method> = <P extends PathsWith<M>>(path: P, init?: Init<P, M>) => Promise<Success<Operation<P, M>>>;

/** Typed requests by the paths of the OpenAPI document. Every call has a timeout; all throw `ApiError`. */
export interface Api {
  get: Call<'get'>;
  post: Call<'post'>;
  put: Call<'put'>;
  patch: Call<'patch'>;
  delete: Call<'delete'>;
}
