import { v7 as uuid } from 'uuid';
import type { Command } from './commands';
import type { LocritDb } from './db';
import { ApiError, asApiError, inBackground } from './errors';
import { Value } from './signal';
import { step } from './steps';
import type { StorageQuota } from './storage-quota';
import { isMissing, type Transport } from './transport';
import type { Failure, FilePart, GivenFile, Signal } from './types';

/** The ids of the files that a command needs on the server. */
export function filesOf(command: Command): string[] {
  return command.type === 'message.send' ? (command.files ?? []).map(({ id }) => id) : [];
}

/** As the server has it (`MAX_BYTES`, `MAX_A_MESSAGE`). */
export const MAX_FILE_BYTES = 25_000_000;
export const MAX_FILES = 10;
const DAY_MS = 86_400_000;
const ATTACHMENT = '/api/v2/attachments/{attachment_id}';

/** Files of drafts, and of messages in the outbox. `of` and `get` are live reads. */
export interface GivenFiles {
  of(draft: string): Promise<GivenFile[]>;
  get(id: string): Promise<GivenFile | undefined>;
  progress(id: string): Signal<number>;
  /** Durable when it resolves; uploaded in the background. Throws `ApiError`. */
  add(draft: string, given: readonly File[]): Promise<void>;
  remove(id: string): Promise<void>;
  /** A draft has another key. */
  move(from: string, to: string): Promise<void>;
  /** What a message tells of the files of this draft. */
  take(draft: string): Promise<FilePart[]>;
  /** They belong to a message that is in the outbox, and no longer to a draft. */
  leave(ids: readonly string[]): Promise<void>;
}

/**
 * Files that people give, kept in this browser until the server has the message that they go with. Each is uploaded as
 * soon as it is given, so that a refusal is known early; what did not get through goes before its message.
 */
export class Files {
  private readonly running = new Map<string, Promise<void>>();
  private readonly uploaded = new Map<string, Value<number>>();

  constructor(
    private readonly db: LocritDb,
    private readonly quota: StorageQuota,
    private readonly transport: Transport,
    private readonly now: () => number,
  ) {}

  /** Those of a draft, in the order in which they were given. */
  async of(draft: string): Promise<GivenFile[]> {
    const files = await this.db.files.where('draft').equals(draft).toArray();
    return files.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): Promise<GivenFile | undefined> {
    return this.db.files.get(id);
  }

  /** How much of it is on the server, from 0 to 1, as far as this tab sends it. */
  progress(id: string): Signal<number> {
    const known = this.uploaded.get(id);
    if (known) return known;
    const value = new Value(0);
    this.uploaded.set(id, value);
    return value;
  }

  /** Durable when it resolves. Throws `ApiError`. */
  async add(draft: string, given: readonly File[]): Promise<void> {
    const room = MAX_FILES - (await this.of(draft)).length;
    if (given.length > room) throw tooMany();
    const rows = given.map((file) => ({ ...this.row(draft, file), ...refusalOf(file) }));
    const name = `files ${draft} ${rows.map((row) => row.name)}`;
    await this.quota.keep(() => step(this.db.files.bulkAdd(rows)), [this.db.files], name);
    for (const { id, problem } of rows) if (!problem) inBackground(this.upload(id));
  }

  async remove(id: string): Promise<void> {
    const file = await this.get(id);
    await this.db.files.delete(id);
    if (file?.part) inBackground(this.discarded(id));
  }

  async move(from: string, to: string): Promise<void> {
    await this.db.files.where('draft').equals(from).modify({ draft: to });
  }

  /** The draft goes: what is told of its files. They stay here until their message is on the server. */
  async take(draft: string): Promise<FilePart[]> {
    return (await this.of(draft)).map((file) => file.part ?? partOf(file));
  }

  async leave(ids: readonly string[]): Promise<void> {
    await this.db.files.where('id').anyOf(ids).modify({ draft: '' });
  }

  /** Before a message goes: the server has its files. Throws `ApiError`. */
  async ready(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      const file = await this.get(id);
      if (file !== undefined && !(file.part && (await this.isThere(id)))) await this.upload(id);
    }
  }

  /** The server has the message. */
  async sent(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.db.files.bulkDelete([...ids]);
    for (const id of ids) this.uploaded.delete(id);
  }

  /** What belongs to no draft and no message that waits, as after one that was taken back. */
  async sweep(): Promise<void> {
    const entries = await this.db.outbox.toArray();
    const kept = new Set(entries.flatMap(({ command }) => filesOf(command)));
    const before = this.now() - DAY_MS;
    const left = this.db.files.where('draft').equals('');
    await left.and((file) => !kept.has(file.id) && file.added_at < before).delete();
  }

  /** What goes on already is waited for. A refusal is kept with the file. */
  private upload(id: string): Promise<void> {
    const running = this.running.get(id) ?? this.send(id).finally(() => this.running.delete(id));
    this.running.set(id, running);
    return running;
  }

  private async send(id: string): Promise<void> {
    const file = await this.get(id);
    if (file === undefined) return;
    const progress = this.progress(id) as Value<number>;
    try {
      const attachment = await this.transport.upload(id, file.name, file.content, (part) => progress.set(part));
      await this.db.files.update(id, { part: only(attachment) });
    } catch (error) {
      const { status, failure } = asApiError(error);
      if (status >= 400 && status < 500) await this.db.files.update(id, { problem: failure });
      throw error;
    }
  }

  private async isThere(attachment_id: string): Promise<boolean> {
    try {
      await this.transport.api.get(ATTACHMENT, { params: { path: { attachment_id } } });
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  private async discarded(attachment_id: string): Promise<void> {
    await this.transport.api.delete(ATTACHMENT, { params: { path: { attachment_id }, query: { op_id: uuid() } } });
  }

  private row(draft: string, file: File): GivenFile {
    return { id: uuid(), draft, name: file.name || 'image.png', type: file.type, content: file, added_at: this.now() };
  }
}

type Told = Pick<FilePart, 'id' | 'name' | 'media_type' | 'size' | 'width' | 'height' | 'pages'>;

/** What a message tells of its file. */
function only({ id, name, media_type, size, width, height, pages }: Told): FilePart {
  const known = Object.entries({ width, height, pages }).filter(([, value]) => value != null);
  return { type: 'file', id, name, media_type, size, ...Object.fromEntries(known) };
}

/** As far as this browser knows. */
function partOf({ id, name, type, content }: GivenFile): FilePart {
  return { type: 'file', id, name, media_type: type || 'text/plain', size: content.size };
}

const HINT = 'Remove it, or attach another one.';
const TOO_LARGE = { code: 'file_too_large', message: 'More than 25 MB: it cannot be attached.', hint: HINT };
const EMPTY = { code: 'file_empty', message: 'This file is empty.', hint: HINT };

function refusalOf({ size }: File): { problem?: Failure } {
  if (size > MAX_FILE_BYTES) return { problem: TOO_LARGE };
  return size === 0 ? { problem: EMPTY } : {};
}

function tooMany(): ApiError {
  return new ApiError({
    code: 'too_many_files',
    message: `A message can have up to ${MAX_FILES} files.`,
    hint: 'Send some of them with another message.',
    status: 400,
  });
}
