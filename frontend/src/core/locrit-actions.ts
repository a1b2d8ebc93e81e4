import { liveQuery } from 'dexie';
import { v7 as uuid } from 'uuid';
import { unknown } from './actions';
import type { Clock } from './clock';
import type { CommandOf, OutboxEntry } from './commands';
import { LOCRITS } from './commands/locrits';
import { ApiError, inBrowser } from './errors';
import type { Store } from './store';
import type { Transport } from './transport';
import type { CreateLocrit, EditLocrit, Failure, Locrit, LocritRow } from './types';

/** So long a form waits for the word of a server that answers. */
const WORD_MS = 4_000;

/** What a person does with Locrits, written into the outbox. Whoever is online hears of a refusal where it was done. */
export class LocritActions {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  async create(fields: CreateLocrit): Promise<LocritRow> {
    const locrit_id = uuid();
    await this.checkName(fields.name, locrit_id);
    await this.word(await this.store.queue.add({ type: 'locrit.create', locrit_id, fields }), 'discard');
    return this.known(locrit_id);
  }

  /** What the server cannot have is changed where it waits. */
  async edit(id: string, changes: EditLocrit): Promise<LocritRow> {
    const locrit = await this.known(id);
    await this.checkName(changes.name ?? locrit.name, locrit.id);
    const command = { type: 'locrit.edit' as const, locrit_id: locrit.id, changes, base: before(locrit, changes) };
    const absorbed = await this.store.queue.absorb(command);
    if (absorbed !== undefined) await this.word(absorbed, 'keep');
    else await this.word(await this.store.queue.add(command), 'discard');
    return this.known(locrit.id);
  }

  async delete(id: string): Promise<boolean> {
    const locrit = await this.known(id);
    if (locrit.local && (await this.takeBack(locrit.id))) return true;
    return this.word(await this.store.queue.add({ type: 'locrit.delete', locrit_id: locrit.id }), 'discard');
  }

  private async takeBack(locritId: string): Promise<boolean> {
    const isCreation = ({ command }: OutboxEntry) => command.type === 'locrit.create' && command.locrit_id === locritId;
    const creation = (await inBrowser(this.store.queue.of(LOCRITS))).find(isCreation);
    return creation !== undefined && this.store.queue.discardUnseen(creation.order);
  }

  private async known(id: string): Promise<LocritRow> {
    const rows = await inBrowser(this.store.views.locrits());
    const locrit = rows.find((row) => row.id === id) ?? (await inBrowser(this.store.views.locrit(id)));
    if (locrit === undefined) throw unknown('Locrit');
    return locrit;
  }

  /** Without the server this browser knows best. */
  private async checkName(name: string, locritId: string): Promise<void> {
    if (this.transport.connectivity.get() !== 'offline') return;
    const taken = (await inBrowser(this.store.views.locrits())).some((row) => row.name === name && row.id !== locritId);
    if (!taken) return;
    const message = `There is a Locrit named '${name}' already.`;
    throw new ApiError({ code: 'conflict', message, hint: 'Choose another name.', status: 409 });
  }

  /** Whether the server has it. What it refuses while one waits is told, and left to a decision only if that is wanted. */
  private async word(opId: string, refused: 'discard' | 'keep'): Promise<boolean> {
    const entry = await this.heard(opId);
    if (entry?.state !== 'rejected') return entry === undefined;
    if (refused === 'discard') await this.store.queue.discard(opId);
    throw new ApiError(entry.problem as Failure);
  }

  /** The entry after the first try, or when it takes too long; undefined when the server has it. */
  private async heard(opId: string): Promise<OutboxEntry | undefined> {
    const read = () => this.store.db.outbox.where('op_id').equals(opId).first();
    if (this.transport.connectivity.get() === 'offline') return read();
    return new Promise((resolve, reject) => {
      const cancel = this.clock.after(WORD_MS, () => end(read()));
      const watching = liveQuery(read).subscribe((entry) => isDecided(entry) && end(entry), reject);
      const end = (entry: OutboxEntry | undefined | PromiseLike<OutboxEntry | undefined>) => {
        cancel();
        watching.unsubscribe();
        resolve(entry);
      };
    });
  }
}

function isDecided(entry: OutboxEntry | undefined): boolean {
  return entry === undefined || entry.state === 'rejected' || (entry.state === 'queued' && entry.tried === true);
}

function before(locrit: Locrit, changes: EditLocrit): CommandOf<'locrit.edit'>['base'] {
  return Object.fromEntries(Object.entries(locrit).filter(([field]) => field in changes && field !== 'rev'));
}
