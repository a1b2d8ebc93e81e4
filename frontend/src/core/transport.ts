import createClient from 'openapi-fetch';
import { io, type Socket } from 'socket.io-client';
import type { components, paths } from '../protocol.gen';
import type { Api } from './api';
import { ApiError, refusal, unreachable } from './errors';
import { Value } from './signal';
import type { ChangeEvent, JobProgress, ModelPull, ModelState, ReplyChunk, Signal } from './types';

type Schemas = components['schemas'];
export type Subscribed = Schemas['Subscribed'];
export type TurnAccepted = Schemas['TurnAccepted'];
export type GenerationState = Schemas['GenerationState'];
export type ReplyAsked = Schemas['ReplyAsked'];
export type Attachment = Schemas['Attachment'];
export type ReplySaved = Schemas['ReplySaved'];

/** What is asked by socket, with the acknowledgement that answers it. */
export interface Requests {
  subscribe: [Schemas['Subscribe'], Subscribed];
  unsubscribe: [Schemas['Unsubscribe'], unknown];
  chat_message: [Schemas['ChatMessage'], TurnAccepted];
  resume_generation: [Schemas['ResumeGeneration'], GenerationState];
  report_outbox: [Schemas['OutboxReport'], unknown];
}

/** What the server says by itself. These are hints: losing one costs latency, never data. */
export interface Pushes {
  connected: Schemas['Connected'];
  event: ChangeEvent;
  chat_chunk: ReplyChunk;
  chat_asked: ReplyAsked;
  chat_saved: ReplySaved;
  chat_complete: Schemas['ReplyEnded'];
  conversation_activity: Schemas['ConversationActivity'];
  model_state: ModelState;
  model_pull: ModelPull;
  job_progress: JobProgress;
  invitations_changed: Schemas['InvitationsChanged'];
}

export type Connectivity = 'connecting' | 'online' | 'offline';

export interface Transport {
  readonly api: Api;
  /** Online while the socket is connected or the last request was answered. `navigator.onLine` has no say. */
  readonly connectivity: Signal<Connectivity>;
  readonly connected: boolean;
  start(listener: Listener): void;
  stop(): void;
  /** Tries to connect now, without waiting for the next attempt. */
  reconnect(): void;
  /** Throws `ApiError`; without an answer in time its status is 0. */
  request<E extends keyof Requests>(event: E, payload: Requests[E][0]): Promise<Requests[E][1]>;
  /** `progress` is told how much is sent, from 0 to 1. Throws `ApiError`. */
  upload(id: string, name: string, content: Blob, progress: (part: number) => void): Promise<Attachment>;
}

export type Listener = { [E in keyof Pushes]: (push: Pushes[E]) => void };

const ACK_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 20_000;
/** The server may take a minute to look into a file, once it has it. */
const UPLOAD_SILENCE_MS = 90_000;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** The only place that knows socket and fetch. */
export class NetworkTransport implements Transport {
  readonly api: Api;
  readonly connectivity = new Value<Connectivity>('connecting');
  private readonly socket: Socket;
  private answered = false;

  constructor(private readonly baseUrl: string) {
    const { origin, pathname } = new URL(baseUrl);
    this.api = this.requests(baseUrl);
    this.socket = io(origin, {
      path: `${pathname.replace(/\/$/, '')}/socket.io`,
      autoConnect: false,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      reconnectionDelay: 500,
      reconnectionDelayMax: 5_000,
      timeout: ACK_TIMEOUT_MS,
    });
  }

  get connected(): boolean {
    return this.socket.connected;
  }

  start(listener: Listener): void {
    for (const event of Object.keys(listener) as (keyof Pushes)[]) {
      this.socket.on(event, listener[event] as (push: unknown) => void);
    }
    this.socket.on('connect', () => this.heard(true));
    this.socket.on('disconnect', () => this.heard(false));
    this.socket.on('connect_error', () => this.heard(this.answered));
    this.socket.connect();
  }

  stop(): void {
    this.socket.off();
    this.socket.disconnect();
  }

  reconnect(): void {
    this.socket.disconnect().connect();
  }

  async request<E extends keyof Requests>(event: E, payload: Requests[E][0]): Promise<Requests[E][1]> {
    if (!this.connected) throw unreachable(); // socket.io would buffer it, and send it after we gave up
    const asked: Promise<Requests[E][1] | Schemas['Refused']> = this.socket
      .timeout(ACK_TIMEOUT_MS)
      .emitWithAck(event, payload);
    const answer = await asked.catch(() => {
      throw unreachable(); // socket.io rejects for one reason: no acknowledgement in time
    });
    if (isRefused(answer)) throw refusal(answer.status, answer);
    return answer;
  }

  async upload(id: string, name: string, content: Blob, progress: (part: number) => void): Promise<Attachment> {
    const query = new URLSearchParams({ name, op_id: `upload:${id}` });
    const url = `${this.baseUrl}/api/v2/attachments/${encodeURIComponent(id)}?${query}`;
    try {
      const { status, body } = await put(url, content, progress);
      this.heard(true);
      if (status >= 400) throw refusal(status, body);
      return body as Attachment;
    } catch (error) {
      if (error instanceof ApiError) throw error;
      this.heard(false);
      throw unreachable();
    }
  }

  private heard(answered: boolean): void {
    this.answered = answered;
    this.connectivity.set(this.connected || answered ? 'online' : 'offline');
  }

  private requests(baseUrl: string): Api {
    const client = createClient<paths>({ baseUrl });
    const send: Send = (method, path, init) => client.request(method, path as never, init as never);
    const calls = METHODS.map((method) => [
      method,
      (path: string, init: RequestOptions = {}) => this.answer(send(method, path, { ...init, signal: deadline(init) })),
    ]);
    return Object.fromEntries(calls) as Api;
  }

  private async answer(sent: ReturnType<Send>): Promise<unknown> {
    const { data, error, response } = await sent.catch((reason: unknown) => {
      if (reason instanceof DOMException && reason.name === 'AbortError') throw reason; // the caller changed its mind
      this.heard(false);
      throw unreachable();
    });
    this.heard(true);
    if (!response.ok) throw refusal(response.status, error);
    return data;
  }
}

/** Not `fetch`, which does not say how much is sent. Without progress for a while it has failed. */
function put(url: string, content: Blob, progress: (part: number) => void): Promise<{ status: number; body: unknown }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let waiting = setTimeout(() => request.abort(), UPLOAD_SILENCE_MS);
    request.upload.onprogress = ({ loaded, total }) => {
      clearTimeout(waiting);
      waiting = setTimeout(() => request.abort(), UPLOAD_SILENCE_MS);
      progress(total > 0 ? loaded / total : 0);
    };
    request.onloadend = () => {
      clearTimeout(waiting);
      if (request.status === 0) reject(unreachable());
      else resolve({ status: request.status, body: parsed(request.responseText) });
    };
    request.open('PUT', url);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.send(content);
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // a proxy's page
  }
}

interface RequestOptions {
  signal?: AbortSignal;
}

type Send = (
  method: (typeof METHODS)[number],
  path: string,
  init: RequestOptions,
) => Promise<{ data?: unknown; error?: unknown; response: Response }>;

function deadline({ signal }: RequestOptions): AbortSignal {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

function isRefused(answer: unknown): answer is Schemas['Refused'] {
  return (answer as { ok?: boolean } | null)?.ok === false;
}

/** There may be an effect, and there may be none. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof ApiError && error.code === unreachable().code;
}

export function isMissing(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.code === 'not_found');
}

/** The first time that the server answers. */
export function whenOnline({ connectivity }: Transport, action: () => void): () => void {
  const stop = connectivity.subscribe(() => {
    if (connectivity.get() !== 'online') return;
    stop();
    action();
  });
  return stop;
}
