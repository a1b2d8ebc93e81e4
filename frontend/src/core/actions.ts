import { v7 as uuid } from 'uuid';
import type { CommandOf, OutboxEntry } from './commands';
import type { Rewriting } from './commands/messages';
import type { TurnPlace } from './commands/send';
import { ApiError, inBrowser } from './errors';
import type { LocalState } from './local-state';
import type { Queue } from './queue';
import type { Store } from './store';
import type { ConversationChanges, ConversationRow, FilePart, Message } from './types';

type Files = readonly FilePart[];

/** What a person does, written into the outbox: durable when the promise resolves. */
export class Actions {
  private readonly queue: Queue;
  /** Messages that were taken back before they went: until the page is left they can be restored. */
  private readonly takenBack = new Map<string, CommandOf<'message.send'>>();

  constructor(
    private readonly store: Store,
    private readonly localState: LocalState,
  ) {
    this.queue = store.queue;
  }

  /** A conversation that begins with what was said up to this message. Returns its id, usable at once. */
  async fork(source_id: string, last_message_id: string): Promise<string> {
    const { locrit_name, title } = await this.conversation(source_id);
    const conversation_id = uuid();
    await this.queue.add({
      type: 'conversation.fork',
      conversation_id,
      locrit_name,
      title,
      source_id,
      last_message_id,
    });
    return conversation_id;
  }

  /** A new conversation and its first question, as one: there is none without the other. Returns the message's id. */
  async begin(conversation_id: string, locrit_name: string, content: string, files: Files = []): Promise<string> {
    const message_id = uuid();
    const locrit_id = (await inBrowser(this.store.views.locrit(locrit_name)))?.id;
    const place = { conversation_id, message_id, locrit_name, ...(locrit_id && { locrit_id }) };
    await this.queue.add({ type: 'message.send', begins: true, ...place, content, ...given(files) });
    return message_id;
  }

  /** After the newest message, unless told where. Returns the message's id. */
  async send(conversation_id: string, content: string, where: TurnPlace = {}, files: Files = []): Promise<string> {
    const { conversation, follows } = await inBrowser(this.store.views.beforeSaying(conversation_id, where));
    if (conversation === undefined) throw unknown('conversation');
    const { locrit_name, locrit_id } = conversation;
    const message_id = uuid();
    const place = { conversation_id, message_id, locrit_name, ...(locrit_id && { locrit_id }) };
    const more = { ...where, ...(follows && { follows }), ...given(files) };
    await this.queue.add({ type: 'message.send', ...place, content, ...more });
    if (where.sibling_of !== undefined) return message_id;
    this.localState.saveDraft(conversation_id, ''); // the text is durable in the outbox now
    if (where.parent_id === undefined) await this.store.views.windows.showNewest(conversation_id);
    return message_id;
  }

  /** Puts a question differently: a branch beside it, with the files that this one has. Returns the new message's id. */
  async sendInstead(conversation_id: string, sibling_of: string, content: string): Promise<string> {
    const question = await inBrowser(this.store.db.messages.get(sibling_of));
    const files = (question?.parts ?? []).filter((part): part is FilePart => part.type === 'file');
    return this.send(conversation_id, content, { sibling_of }, files);
  }

  /** Has a reply that was cut off go on, in the same message. */
  async continueReply(replyId: string): Promise<void> {
    await this.queue.add({ type: 'reply.continue', ...(await this.place(replyId)) });
  }

  /** Asks this question, or the one of this reply, again, by `model` or the Locrit's own: a reply beside the old one. */
  async retry(messageId: string, model?: string): Promise<void> {
    const place = await this.place(messageId);
    await this.queue.add({ type: 'reply.retry', ...place, ...(model ? { model } : {}) });
  }

  async stopReply(generation_id: string): Promise<void> {
    await this.queue.add({ type: 'reply.stop', generation_id });
  }

  /** What the server cannot have, or has refused, is changed where it waits; anything else becomes a new version. */
  async editMessage(id: string, content: string): Promise<void> {
    const rewriting: Rewriting = { type: 'message.edit', message_id: id, content };
    if ((await this.queue.absorb(rewriting)) !== undefined) return;
    const { message_id, conversation_id, rev } = await this.known(id, await this.unsent(id));
    await this.queue.add({ type: 'message.edit', message_id, conversation_id, content, rev });
  }

  /** What the message said at `rev` becomes its newest version. */
  async rollBack(id: string, rev: number): Promise<void> {
    await this.queue.add({ type: 'message.rollback', ...(await this.place(id)), rev });
  }

  async deleteMessage(id: string): Promise<void> {
    const unsent = await this.unsent(id);
    if (unsent !== undefined && (await this.queue.discardUnseen(unsent.order))) {
      this.takenBack.set(id, unsent.command);
      return;
    }
    await this.queue.add({ type: 'message.delete', ...(await this.place(id, unsent)) });
  }

  async restoreMessage(id: string): Promise<void> {
    const taken = this.takenBack.get(id);
    if (taken !== undefined) {
      const { follows: _, ...command } = taken;
      const { follows } = await inBrowser(this.store.views.beforeSaying(command.conversation_id, command));
      await this.queue.add({ ...command, ...(follows && { follows }) });
      this.takenBack.delete(id);
      return;
    }
    await this.queue.add({ type: 'message.restore', ...(await this.place(id, await this.unsent(id))) });
  }

  async editConversation(conversation_id: string, changes: ConversationChanges): Promise<void> {
    await this.queue.add({ type: 'conversation.edit', conversation_id, changes });
  }

  async deleteConversation(conversation_id: string): Promise<void> {
    await this.queue.add({ type: 'conversation.delete', conversation_id });
  }

  async restoreConversation(conversation_id: string): Promise<void> {
    await this.queue.add({ type: 'conversation.restore', conversation_id });
  }

  private async conversation(id: string): Promise<ConversationRow> {
    const conversation = await inBrowser(this.store.views.conversation(id));
    if (conversation === undefined) throw unknown('conversation');
    return conversation;
  }

  private async place(id: string, unsent?: UnsentEntry): Promise<Place> {
    const { message_id, conversation_id } = await this.known(id, unsent);
    return { message_id, conversation_id };
  }

  private async known(id: string, unsent?: UnsentEntry): Promise<Place & { rev: number }> {
    const stored = await inBrowser(this.store.db.messages.get(id));
    if (stored !== undefined) return stored;
    if (unsent !== undefined) return { ...unsent.command, rev: FIRST_REV };
    throw unknown('message');
  }

  private async unsent(id: string): Promise<UnsentEntry | undefined> {
    const entries = await inBrowser(this.queue.pending());
    return entries.find((entry): entry is UnsentEntry => isSending(entry) && entry.command.message_id === id);
  }
}

/** What a message's revision will be when the server has it. */
const FIRST_REV = 1;

type Place = Pick<Message, 'message_id' | 'conversation_id'>;
type UnsentEntry = OutboxEntry & { command: CommandOf<'message.send'> };

function isSending(entry: OutboxEntry): entry is UnsentEntry {
  return entry.command.type === 'message.send';
}

function given(files: Files): { files?: Files } {
  return files.length > 0 ? { files } : {};
}

export function unknown(kind: string): ApiError {
  return new ApiError({
    code: 'not_found',
    message: `There is no such ${kind} in this browser.`,
    hint: 'Reload the page and try again.',
    status: 404,
  });
}
