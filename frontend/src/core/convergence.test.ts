import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeClock } from '../../tests/fakes/clock';
import { eventually } from '../../tests/fakes/eventually';
import { FakeQuota } from '../../tests/fakes/quota';
import { FakeServer } from '../../tests/fakes/server';
import { FakeTransport, type Fate } from '../../tests/fakes/transport';
import type { Client } from './client';
import { LocritDb } from './db';
import { createClient } from './engine';
import { ApiError } from './errors';
import { LeaseLeadership } from './leader';
import { LocalState } from './local-state';
import type { MessageRow } from './types';

const RUNS = Number(process.env.RUNS ?? 25);
const SEED = Number(process.env.SEED ?? 1);

/** Three tabs: the first two are of one browser, the third of another. */
const TABS = 3;
const BROWSER_OF = [0, 0, 1];

type Step =
  | { do: 'send' | 'branch' | 'follow' | 'edit' | 'delete' | 'restore' | 'forget' | 'rename' | 'reload'; tab: number }
  | { do: 'cut' | 'connect' | 'deafen' | 'fill' | 'free'; tab: number }
  | { do: 'fail'; tab: number; fate: Fate }
  | { do: 'wait'; tab: number };

const tabs = fc.nat({ max: TABS - 1 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constantFrom('send', 'branch', 'follow', 'edit', 'delete', 'restore', 'forget', 'rename', 'reload'),
      tab: tabs,
    } as const),
    fc.record({ do: fc.constantFrom('cut', 'connect', 'deafen', 'fill', 'free'), tab: tabs } as const),
    fc.record({
      do: fc.constant('fail' as const),
      tab: tabs,
      fate: fc.constantFrom<Fate>('lost', 'lost', 'broken', 'offline'),
    }),
    fc.record({ do: fc.constant('wait' as const), tab: tabs }),
  ),
  { minLength: 5, maxLength: 25 },
);

class World {
  readonly server = new FakeServer('Bob');
  readonly clock = new FakeClock();
  /** What was accepted, by the id of its message. */
  readonly sent = new Map<string, string>();
  readonly dbs = [0, 1].map((n) => new LocritDb(`convergence-${Math.random()}-${n}`));
  readonly quotas = this.dbs.map((db) => new FakeQuota(db));
  readonly wires: FakeTransport[] = [];
  readonly clients: Client[] = [];
  private conversationId = '';
  private opened = 0;

  async start(): Promise<void> {
    for (let tab = 0; tab < TABS; tab += 1) await this.openTab(tab);
    this.conversationId = this.client(0).newConversationId();
    await this.say((text) => this.client(0).begin(this.conversationId, 'Bob', text));
    await this.until(() => expect(this.server.conversations.size).toBe(1));
    for (const client of this.clients) client.open(this.conversationId);
    await this.until(async () => {
      for (const client of this.clients) expect(await client.conversation(this.conversationId)).toBeDefined();
    });
  }

  async take(step: Step): Promise<void> {
    const [client, wire] = [this.client(step.tab), this.wires[step.tab]];
    switch (step.do) {
      case 'send':
        await this.say((text) => client.send(this.conversationId, text));
        break;
      case 'branch': {
        const question = await this.question(client);
        if (question) await this.say((text) => client.sendInstead(this.conversationId, question.message_id, text));
        break;
      }
      case 'follow': {
        const [earlier] = await client.messages(this.conversationId);
        await this.say((text) => client.send(this.conversationId, text, earlier?.message_id));
        break;
      }
      case 'edit':
      case 'delete':
      case 'restore':
      case 'forget':
        await unlessRefused(this.change(client, step.do));
        break;
      case 'fill':
      case 'free':
        this.quotaOf(step.tab).left = step.do === 'fill' ? 0 : Number.POSITIVE_INFINITY;
        break;
      case 'rename':
        await unlessRefused(client.editConversation(this.conversationId, { title: `by tab ${step.tab}` }));
        break;
      case 'reload':
        client.stop();
        await this.openTab(step.tab);
        this.client(step.tab).open(this.conversationId);
        break;
      case 'cut':
        wire?.disconnect();
        break;
      case 'connect':
        wire?.connect();
        break;
      case 'deafen':
        if (wire) wire.deaf = true;
        break;
      case 'fail':
        wire?.fates.push(step.fate, step.fate); // twice: by socket and by REST;
        break;
      case 'wait':
        this.clock.advance(700);
        await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  /** Faults stop; everything must come right by itself. */
  async heal(): Promise<void> {
    for (const quota of this.quotas) quota.left = Number.POSITIVE_INFINITY;
    for (const wire of this.wires) {
      wire.fates = [];
      wire.deaf = false;
      wire.disconnect();
      wire.connect();
    }
    await this.until(async () => {
      for (const client of this.clients) await this.decide(client);
      for (const db of this.dbs) expect(await db.outbox.filter((entry) => entry.state !== 'rejected').count()).toBe(0);
      const truth = this.truth();
      for (const client of this.clients) expect(await this.seenBy(client)).toEqual(truth);
    });
  }

  async end(): Promise<void> {
    for (const client of this.clients) client.stop();
    for (const db of this.dbs) await db.delete();
  }

  /** What of the accepted messages must be there: all that was not forgotten. */
  expected(): string[] {
    return [...this.sent].flatMap(([id, text]) => (this.server.messages.get(id)?.forgotten_at ? [] : text)).sort();
  }

  /** Forgotten texts that a browser still holds. */
  async remains(): Promise<string[]> {
    const kept = await Promise.all(this.dbs.flatMap((db) => [db.messages.toArray(), db.outbox.toArray()]));
    const forgotten = [...this.sent].filter(([id]) => this.server.messages.get(id)?.forgotten_at);
    return forgotten.map(([, text]) => text).filter((text) => JSON.stringify(kept).includes(text));
  }

  /** Of every message that the server ever stored, how often each text was first said. */
  everSaid(): string[] {
    const events = this.server.events.get(`conversation:${this.conversationId}`) ?? [];
    return events.flatMap(({ type, payload }) =>
      type === 'message.created' && payload.role === 'user' ? String(payload.content) : [],
    );
  }

  private truth() {
    const rows = this.server.inOrder(this.conversationId).filter((row) => !row.deleted_at);
    return {
      title: this.server.conversations.get(this.conversationId)?.title,
      messages: rows.map((row) => [row.seq, row.message_id, row.parent_id, row.content, row.rev]),
    };
  }

  /** What was refused waits for a decision, and what comes after it waits with it. */
  private async decide(client: Client): Promise<void> {
    const rejected = (await client.messages(this.conversationId)).filter((row) => row.state === 'rejected');
    for (const row of rejected) await client.resolve(row.opId ?? '', 'discard');
  }

  private async seenBy(client: Client) {
    const rows = await client.messages(this.conversationId);
    return {
      title: (await client.conversation(this.conversationId))?.title,
      messages: rows.map((row) => [row.seq, row.message_id, row.parent_id, row.content, row.rev]),
    };
  }

  private async say(send: (text: string) => Promise<string>): Promise<void> {
    const text = `message ${this.sent.size}.`;
    await unlessRefused(send(text).then((id) => this.sent.set(id, text)));
  }

  private async question(client: Client): Promise<MessageRow | undefined> {
    const rows = await client.messages(this.conversationId);
    return rows.findLast((message) => message.role === 'user' && message.rev > 0);
  }

  /** The last question that is there, or the last one in the trash. */
  private async change(client: Client, how: 'edit' | 'delete' | 'restore' | 'forget'): Promise<void> {
    const inTrash = (row: MessageRow) => row.deleted_at !== null && row.forgotten_at === null;
    const row =
      how === 'restore'
        ? (await client.shown(this.conversationId)).messages.findLast(inTrash)
        : await this.question(client);
    if (row === undefined) return;
    if (how === 'edit') await client.editMessage(row.message_id, `${row.content}!`);
    else if (how === 'delete') await client.deleteMessage(row.message_id);
    else if (how === 'restore') await client.restoreMessage(row.message_id);
    else await client.forgetMessage(row.message_id);
  }

  private quotaOf(tab: number): FakeQuota {
    return this.quotas[BROWSER_OF[tab] ?? 0] as FakeQuota;
  }

  private async openTab(tab: number): Promise<void> {
    const { server, clock } = this;
    this.opened += 1;
    const db = this.dbs[BROWSER_OF[tab] ?? 0] as LocritDb;
    const transport = new FakeTransport(server);
    const leadership = new LeaseLeadership(db, `tab ${tab}, opening ${this.opened}`, clock);
    const localState = new LocalState(undefined);
    const client = createClient({ db, transport, clock, leadership, localState, random: () => 0.5 });
    await client.start();
    this.wires[tab] = transport;
    this.clients[tab] = client;
  }

  private client(tab: number): Client {
    return this.clients[tab] as Client;
  }

  private until(check: () => unknown): Promise<void> {
    // In small steps: the database takes real time, and a lease that it brings must not be over when it arrives.
    return eventually(check, () => this.clock.advance(200));
  }
}

/** No answer, or no room: the person is told, and nothing was accepted. */
async function unlessRefused(command: Promise<unknown>): Promise<void> {
  await command.catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
  });
}

test(
  'whatever fails on the way, every message is said once and all tabs end up equal',
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const world = new World();
        try {
          await world.start();
          for (const step of script) await world.take(step);
          await world.heal();
          expect(world.everSaid().sort()).toEqual(world.expected());
          expect(await world.remains()).toEqual([]);
        } finally {
          await world.end();
        }
      }),
      { numRuns: RUNS, seed: SEED, endOnFailure: true },
    );
  },
  90_000 + RUNS * 2_400,
);
