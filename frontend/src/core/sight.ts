import { liveQuery } from 'dexie';
import type { OutboxEntry } from './commands';
import { messageRows } from './shown-rows';
import { Value } from './signal';
import { isSendEntry, type SendEntry } from './turns';
import type { MessageRow, ShownMessages, Signal } from './types';

const NOTHING: Signal<OutboxEntry | undefined> = new Value(undefined);

/**
 * What is shown of a conversation, kept current while somebody looks. What is said in this tab stands there as soon as it is
 * durable: it is handed on from memory, until a read that began later has it from the database.
 */
export class Sight implements Signal<ShownMessages | undefined> {
  private readonly shown = new Value<ShownMessages | undefined>(undefined);
  private said: readonly SendEntry[] = [];
  private failure: { error: unknown } | undefined;
  private end: (() => void) | undefined;

  constructor(
    private readonly conversationId: string,
    private readonly read: () => Promise<ShownMessages>,
    private readonly added: Signal<OutboxEntry | undefined> = NOTHING,
  ) {}

  /** Undefined until it is known. Throws when it could not be read. */
  readonly get = (): ShownMessages | undefined => {
    if (this.failure) throw this.failure.error;
    return this.shown.get();
  };

  readonly subscribe = (listener: () => void): (() => void) => {
    const forget = this.shown.subscribe(listener);
    this.end ??= this.begin();
    return () => {
      forget();
      if (this.shown.watched) return;
      this.end?.();
      this.end = undefined;
    };
  };

  private begin(): () => void {
    const read = async () => {
      const before = this.said;
      return { shown: await this.read(), before };
    };
    const reading = liveQuery(read).subscribe(
      ({ shown, before }) => {
        this.said = this.said.filter((entry) => !before.includes(entry));
        this.shown.set(this.said.reduce(withSaid, shown));
      },
      (error) => {
        this.failure = { error };
        this.shown.set(undefined);
      },
    );
    const deaf = this.added.subscribe(() => this.hear(this.added.get()));
    return () => {
      reading.unsubscribe();
      deaf();
    };
  }

  private hear(entry: OutboxEntry | undefined): void {
    if (!entry || !isSendEntry(entry) || entry.command.conversation_id !== this.conversationId) return;
    this.said = [...this.said, entry];
    const shown = this.shown.get();
    if (shown) this.shown.set(withSaid(shown, entry));
  }
}

/** Only at the end: elsewhere a read tells whether it belongs to the branch in sight. */
function withSaid(shown: ShownMessages, entry: SendEntry): ShownMessages {
  const { messages, atEnd } = shown;
  const isIt = ({ message_id }: MessageRow) => message_id === entry.command.message_id;
  const said = messageRows(messages, [entry]).find(isIt);
  return !atEnd || said === undefined || messages.some(isIt) ? shown : { ...shown, messages: [...messages, said] };
}
