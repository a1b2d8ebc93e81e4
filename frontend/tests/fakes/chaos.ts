import { expect } from 'vitest';
import type { Client } from '../../src/core/client';
import { LocritDb } from '../../src/core/db';
import { createClient } from '../../src/core/engine';
import { ApiError } from '../../src/core/errors';
import { LeaseLeadership } from '../../src/core/leader';
import { LocalState } from '../../src/core/local-state';
import type { Artifact, Message, MessageRow, ToolAnswer, ToolResult } from '../../src/core/types';
import { callTool, makeArtifact } from './called';
import { FakeClock } from './clock';
import { eventually } from './eventually';
import { FakeQuota } from './quota';
import { FakeServer } from './server';
import { FakeTransport, type Fate } from './transport';

/** Three tabs: the first two are of one browser, the third of another. */
export const TABS = 3;
const BROWSER_OF = [0, 0, 1];

const ANSWERS: readonly ToolAnswer[] = ['once', 'always', 'refuse'];

export type Step =
  | { do: 'call' | 'make' | 'answer' | 'redraw' | 'throw away' | 'forget reply'; tab: number }
  | { do: 'send' | 'branch' | 'follow' | 'edit' | 'delete' | 'restore' | 'forget' | 'rename' | 'reload'; tab: number }
  | { do: 'cut' | 'connect' | 'deafen' | 'fill' | 'free'; tab: number }
  | { do: 'fail'; tab: number; fate: Fate }
  | { do: 'wait'; tab: number };

/** A server, two browsers with three tabs, and all that may happen to them. */
export class World {
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
    await this.say((text) => this.client(0).actions.begin(this.conversationId, 'Bob', text));
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
        await this.say((text) => client.actions.send(this.conversationId, text));
        break;
      case 'branch': {
        const question = await this.question(client);
        if (question)
          await this.say((text) => client.actions.sendInstead(this.conversationId, question.message_id, text));
        break;
      }
      case 'follow': {
        const [earlier] = await client.messages(this.conversationId);
        const place = earlier ? { parent_id: earlier.message_id } : {};
        await this.say((text) => client.actions.send(this.conversationId, text, place));
        break;
      }
      case 'call':
      case 'make':
        this.reply(step.do);
        break;
      case 'answer':
      case 'redraw':
      case 'throw away':
      case 'forget reply':
        await unlessRefused(this.handle(client, step));
        break;
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
        await unlessRefused(client.actions.editConversation(this.conversationId, { title: `by tab ${step.tab}` }));
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
    const rows = await Promise.all(this.dbs.flatMap((db) => [db.tool_results.toArray(), db.artifacts.toArray()]));
    const forgotten = [...this.sent].filter(([id]) => this.server.messages.get(id)?.forgotten_at);
    const gone = [...this.server.tools.values(), ...this.server.made.values()].filter((row) => row.forgotten_at);
    const said = [...forgotten.map(([, text]) => text), ...gone.map(({ id }) => `of ${id}.`)];
    return said.filter((text) => JSON.stringify([kept, rows]).includes(text));
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
    const { tools, made } = this.server;
    return seen(
      this.server.conversations.get(this.conversationId)?.title,
      rows,
      [...tools.values()],
      [...made.values()],
    );
  }

  /** What was refused waits for a decision, and what comes after it waits with it. */
  private async decide(client: Client): Promise<void> {
    const rejected = (await client.messages(this.conversationId)).filter((row) => row.state === 'rejected');
    for (const row of rejected) await client.resolve(row.opId ?? '', 'discard');
    for (const { opId, text } of await client.rejected())
      if (!text.startsWith('message')) await client.resolve(opId, 'discard');
  }

  private async seenBy(client: Client) {
    const rows = await client.messages(this.conversationId);
    const tools = await Promise.all(callsIn(rows).map((id) => client.tools.one(id)));
    const title = (await client.conversation(this.conversationId))?.title;
    return seen(title, rows, tools, await client.artifacts.of(this.conversationId));
  }

  private async say(send: (text: string) => Promise<string>): Promise<void> {
    const text = `message ${this.sent.size}.`;
    await unlessRefused(send(text).then((id) => this.sent.set(id, text)));
  }

  private async question(client: Client): Promise<MessageRow | undefined> {
    const rows = await client.messages(this.conversationId);
    return rows.findLast((message) => message.role === 'user' && message.rev > 0);
  }

  /** What the model of the last reply does. */
  private reply(does: 'call' | 'make'): void {
    const rows = this.server.inOrder(this.conversationId);
    const last = rows.findLast((row) => row.role === 'assistant' && !row.deleted_at);
    const id = `row ${this.server.tools.size + this.server.made.size}`;
    if (last) (does === 'call' ? callTool : makeArtifact)(this.server, last, id);
  }

  /** The last one that this tab knows. */
  private async handle(client: Client, { do: does, tab }: { do: string; tab: number }): Promise<void> {
    const rows = await client.messages(this.conversationId);
    if (does === 'forget reply') {
      const reply = rows.findLast((row) => row.role === 'assistant');
      if (reply) await client.forgetMessage(reply.message_id);
    } else if (does === 'answer') {
      const tool = await client.tools.one(callsIn(rows).at(-1) ?? '');
      const answer = ANSWERS[tab] as ToolAnswer; // so that two tabs may say two things
      if (tool && tool.answer === null && !tool.answering) await client.tools.answer(tool, answer);
    } else {
      const made = (await client.artifacts.of(this.conversationId)).at(-1);
      if (made && does === 'redraw') await client.artifacts.edit(made, { content: `${made.content}!` });
      else if (made) await (made.deleted_at ? client.artifacts.restore(made) : client.artifacts.delete(made));
    }
  }

  /** The last question that is there, or the last one in the trash. */
  private async change(client: Client, how: 'edit' | 'delete' | 'restore' | 'forget'): Promise<void> {
    const inTrash = (row: MessageRow) => row.deleted_at !== null && row.forgotten_at === null;
    const row =
      how === 'restore'
        ? (await client.shown(this.conversationId)).messages.findLast(inTrash)
        : await this.question(client);
    if (row === undefined) return;
    if (how === 'edit') await client.actions.editMessage(row.message_id, `${row.content}!`);
    else if (how === 'delete') await client.actions.deleteMessage(row.message_id);
    else if (how === 'restore') await client.actions.restoreMessage(row.message_id);
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

function callsIn(rows: readonly Message[]): string[] {
  return rows.flatMap(({ parts }) => (parts ?? []).flatMap((part) => (part.type === 'tool_call' ? part.id : [])));
}

/** What stands in a conversation, of the server or of a tab. */
function seen(
  title: string | undefined,
  rows: readonly Message[],
  tools: readonly (ToolResult | undefined)[],
  made: readonly Artifact[],
) {
  const shown = new Set(rows.map((row) => row.message_id));
  const isShown = (row: ToolResult | Artifact) => shown.has(row.message_id ?? '') && !row.forgotten_at;
  return {
    title,
    messages: rows.map((row) => [row.seq, row.message_id, row.parent_id, row.content, row.parts, row.rev]),
    tools: tools
      .flatMap((row) => (row && isShown(row) ? [[row.id, row.status, row.answer, row.arguments, row.rev]] : []))
      .sort(),
    made: made
      .filter(isShown)
      .map((row) => [row.id, row.content, row.version, row.deleted_at, row.rev])
      .sort(),
  };
}

/** No answer, or no room: the person is told, and nothing was accepted. */
async function unlessRefused(command: Promise<unknown>): Promise<void> {
  await command.catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
  });
}
