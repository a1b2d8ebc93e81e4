import type { Api } from '../../src/core/api';
import { unreachable } from '../../src/core/errors';
import { Value } from '../../src/core/signal';
import type { Attachment, Connectivity, Listener, Requests, Transport } from '../../src/core/transport';
import type { ChangeEvent, JobProgress, ModelState } from '../../src/core/types';
import { refused, USER_SCOPE } from './refused';
import type { FakeServer } from './server';

/** What happens to the next exchange: `lost` is done by the server, and the answer never arrives. */
export type Fate = 'works' | 'offline' | 'lost' | 'broken' | 'hangs';

/** A wire to the fake server that can be cut, and that fails as scripted. */
export class FakeTransport implements Transport {
  readonly connectivity = new Value<Connectivity>('connecting');
  connected = false;
  /** Events from the server that do not arrive. */
  deaf = false;
  /** The fates of the coming exchanges that change something; after the last one everything works. */
  fates: Fate[] = [];
  /** Until when the answer to an exchange is on its way. */
  delays: (name: string) => Promise<unknown> | undefined = () => undefined;
  readonly log: string[] = [];
  /** What was told of the outbox. */
  readonly reports: Record<string, unknown>[] = [];
  private listener: Listener | undefined;
  /** Of conversations: what happens to the person is told to every connection. */
  private readonly subscriptions = new Set<string>();

  constructor(
    private readonly server: FakeServer,
    private readonly startsConnected = true,
  ) {}

  readonly api = Object.fromEntries(
    (['get', 'post', 'put', 'patch', 'delete'] as const).map((method) => [method, this.caller(method)]),
  ) as unknown as Api;

  start(listener: Listener): void {
    this.listener = listener;
    this.server.listeners.add(this.hear);
    if (this.startsConnected) this.connect();
    else this.disconnect();
  }

  stop(): void {
    this.disconnect();
    this.server.listeners.delete(this.hear);
  }

  reconnect(): void {
    this.connect();
  }

  connect(): void {
    this.connected = true;
    this.connectivity.set('online');
    this.greet();
  }

  /** As the server does at first, and when a push may have been lost. */
  greet(): void {
    this.listener?.connected({ status: 'connected', user_id: 'local', version: '1' });
  }

  tellModelState(state: ModelState): void {
    this.listener?.model_state(state);
  }

  tellJob(job: JobProgress): void {
    this.listener?.job_progress(job);
  }

  tellActivity(conversation_id: string): void {
    this.listener?.conversation_activity({ conversation_id } as Parameters<Listener['conversation_activity']>[0]);
  }

  disconnect(): void {
    this.connected = false;
    this.subscriptions.clear();
    this.connectivity.set('offline');
  }

  async request<E extends keyof Requests>(event: E, payload: Requests[E][0]): Promise<Requests[E][1]> {
    if (!this.connected) throw unreachable();
    const name = 'scope' in payload ? `${event} ${payload.scope}` : event;
    const answer: unknown = await this.exchange(name, event === 'chat_message', () => this.acknowledge(event, payload));
    return answer as Requests[E][1];
  }

  upload(id: string, name: string, content: Blob, progress: (part: number) => void): Promise<Attachment> {
    return this.exchange(`upload ${id}`, true, () => {
      progress(1);
      return this.server.attach(id, name, content);
    });
  }

  private acknowledge(event: keyof Requests, payload: Record<string, unknown>): unknown {
    switch (event) {
      case 'subscribe':
        return this.subscribe(String(payload.scope), payload.since as number | null);
      case 'unsubscribe':
        return this.subscriptions.delete(String(payload.scope));
      case 'chat_message':
        return this.server.turn(String(payload.conversation_id), payload);
      case 'resume_generation':
        return this.server.generation(String(payload.generation_id));
      case 'report_outbox':
        return this.reports.push(payload);
      default:
        return { ok: true };
    }
  }

  private subscribe(scope: string, since: number | null) {
    const answer = this.server.subscribe(scope, since);
    this.subscriptions.add(scope);
    return answer;
  }

  private caller(method: string) {
    return (path: string, init: { params?: object; body?: object } = {}) => {
      const call = { path: {}, query: {}, ...init.params, body: { ...init.body } };
      return this.exchange(`${method} ${path}`, method !== 'get', () => this.server.handle(method, path, call));
    };
  }

  private async exchange<T>(name: string, changes: boolean, act: () => T): Promise<T> {
    const fate =
      this.connectivity.get() === 'offline' ? 'offline' : changes ? (this.fates.shift() ?? 'works') : 'works';
    this.log.push(`${name} ${fate}`);
    if (fate === 'offline') throw unreachable();
    if (fate === 'hangs') return new Promise(() => {});
    if (fate === 'broken') throw refused(503, 'store_unavailable');
    const delay = this.delays(name);
    try {
      const answer = act();
      if (fate === 'lost') throw unreachable();
      return answer;
    } finally {
      if (delay) await delay;
    }
  }

  private readonly hear = (event: ChangeEvent): void => {
    const isTold = event.scope === USER_SCOPE || this.subscriptions.has(event.scope);
    if (this.connected && !this.deaf && isTold) this.listener?.event(event);
  };
}
