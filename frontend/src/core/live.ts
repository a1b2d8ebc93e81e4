import type { Clock } from './clock';
import { asApiError } from './errors';
import { type Body, Draft } from './parts';
import { Value } from './signal';
import { Speed } from './speed';
import type { GenerationState, ReplyAsked, ReplySaved } from './transport';
import type { LiveText, Message, Reading, ReplyChunk, Signal } from './types';

export const FLUSH_MS = 50;
const CHECKPOINT_MS = 1_000;
const LINGER_MS = 1_000;
const RESUME_RETRY_MS = 2_000;

export interface LiveOptions {
  clock: Clock;
  /** Asks for everything that a running reply has said so far. */
  resume: (generationId: string) => Promise<GenerationState>;
  /** Keeps the text so far in the cache, so that a reload without a server shows it. */
  checkpoint: (messageId: string, body: Body, idx: number) => void;
}

interface Reply {
  messageId: string;
  generationId: string;
  said: Draft;
  /** False while only pieces are known: a reply that goes on has a text before them. */
  based: boolean;
  /** The next chunk that continues it. */
  idx: number;
  /** How many characters of it are on the server's disk; undefined until that is known. */
  saved: number | undefined;
  /** The lengths that it had at some chunks, as far as they are not known to be saved. */
  lengths: { idx: number; length: number }[];
  ended: boolean;
  /** What the model has before it while no piece has come. */
  reading: Reading | undefined;
  speed: Speed;
  resuming: boolean;
  ahead: ReplyChunk[];
  flushing: boolean;
  cancelCheckpoint: (() => void) | undefined;
}

type Announced = Pick<ReplyChunk, 'generation_id' | 'message_id'>;

/** The text of running replies, outside the database: chunks are applied only in order, and a gap is filled by asking. */
export class LiveReplies {
  private readonly replies = new Map<string, Reply>();
  private readonly texts = new Map<string, Value<LiveText | null>>();

  constructor(private readonly options: LiveOptions) {}

  text(messageId: string): Signal<LiveText | null> {
    return this.valueOf(messageId);
  }

  /** A reply is running, and its row holds the text up to chunk `idx`. */
  follow(message: Message): void {
    const { generation_id, message_id, idx } = message;
    if (!generation_id) return;
    const known = this.replies.get(generation_id);
    if (known === undefined) this.begin(generation_id, message_id, message, idx);
    else if (!known.based && idx === 0) this.base(known, message);
  }

  chunk(chunk: ReplyChunk): void {
    const reply = this.replies.get(chunk.generation_id) ?? this.announced(chunk);
    if (reply === undefined || reply.ended) return;
    if (chunk.idx < reply.idx) return;
    if (reply.resuming || chunk.idx > reply.idx) {
      reply.ahead.push(chunk);
      void this.resume(reply);
    } else this.append(reply, chunk);
  }

  /** The model reads, and nothing has come of it yet. */
  asked({ generation_id, message_id, model, ...asked }: ReplyAsked): void {
    const reply = this.replies.get(generation_id) ?? this.announced({ generation_id, message_id });
    if (reply === undefined || reply.ended) return;
    reply.reading = readingOf({ model, ...asked }, this.options.clock.now());
    this.publish(reply);
  }

  /** It pauses, and so far it is saved. */
  saved({ generation_id, durable_idx }: ReplySaved): void {
    const reply = this.replies.get(generation_id);
    if (reply === undefined || reply.ended) return;
    markSaved(reply, durable_idx);
    this.schedule(reply);
  }

  /** Keeps what is running now: the page may be about to go. */
  flush(): void {
    for (const reply of this.replies.values()) if (reply.cancelCheckpoint !== undefined) this.keep(reply);
  }

  /** After a reload or a lost connection: asks what was said meanwhile. */
  resumeAll(): Promise<unknown> {
    return Promise.all([...this.replies.values()].filter((reply) => !reply.ended).map((reply) => this.resume(reply)));
  }

  /** The final text is committed. It lingers here until every reader has seen the row that holds it. */
  finish(message: Message): void {
    const reply = this.replies.get(message.generation_id ?? '');
    if (reply === undefined || reply.ended) return;
    reply.ended = true;
    reply.said = new Draft(message);
    reply.saved = reply.said.length;
    reply.cancelCheckpoint?.();
    this.publish(reply);
    this.options.clock.after(LINGER_MS, () => this.drop(reply));
  }

  private begin(generationId: string, messageId: string, body?: Body, idx = 0): Reply {
    for (const earlier of this.of(messageId)) this.replies.delete(earlier.generationId); // it goes on in this one
    const reply = {
      generationId,
      messageId,
      idx,
      ended: false,
      resuming: false,
      ahead: [],
      flushing: false,
      reading: undefined,
      speed: new Speed(),
    };
    const said = new Draft(body ?? { content: '' }, idx > 0);
    const lengths = [{ idx, length: said.length }];
    const based = body !== undefined;
    const begun: Reply = { ...reply, said, based, saved: undefined, lengths, cancelCheckpoint: undefined };
    this.replies.set(generationId, begun);
    this.publish(begun);
    return begun;
  }

  /** Its first pieces came before its row. While the message has another reply running, only the row can tell which counts. */
  private announced({ generation_id, message_id }: Announced): Reply | undefined {
    const running = this.of(message_id).some((reply) => !reply.ended);
    return running ? undefined : this.begin(generation_id, message_id);
  }

  private base(reply: Reply, begun: Body): void {
    const before = reply.said.length;
    reply.said.base(begun);
    const more = reply.said.length - before;
    reply.saved = (reply.saved ?? 0) + more;
    reply.lengths = reply.lengths.map(({ idx, length }) => ({ idx, length: length + more }));
    reply.based = true;
    this.schedule(reply);
  }

  private of(messageId: string): Reply[] {
    return [...this.replies.values()].filter((reply) => reply.messageId === messageId);
  }

  private append(reply: Reply, chunk: ReplyChunk): void {
    reply.said.add(chunk);
    reply.idx = chunk.idx + 1;
    reply.speed.heard(chunk.tokens ?? reply.idx, this.options.clock.now());
    reply.lengths.push({ idx: reply.idx, length: reply.said.length });
    markSaved(reply, chunk.durable_idx);
    this.schedule(reply);
  }

  private async resume(reply: Reply): Promise<void> {
    if (reply.resuming || reply.ended) return;
    reply.resuming = true;
    try {
      const { idx, reading, waited_ms, ...body } = await this.options.resume(reply.generationId);
      if (reading) reply.reading = readingOf(reading, this.options.clock.now() - (waited_ms ?? 0));
      const said = new Draft(body, true);
      if (idx > reply.idx) Object.assign(reply, { said, idx, lengths: [{ idx, length: said.length }], based: true });
      reply.resuming = false;
      this.catchUp(reply);
    } catch (error) {
      asApiError(error); // reports what is not an answer; either way it is asked again
      this.options.clock.after(RESUME_RETRY_MS, () => {
        reply.resuming = false;
        if (reply.ahead.length > 0) void this.resume(reply);
      });
    }
  }

  private catchUp(reply: Reply): void {
    const ahead = reply.ahead.sort((a, b) => a.idx - b.idx);
    reply.ahead = [];
    this.schedule(reply);
    for (const chunk of ahead) this.chunk(chunk);
  }

  private schedule(reply: Reply): void {
    const { clock } = this.options;
    if (!reply.flushing) {
      reply.flushing = true;
      clock.after(FLUSH_MS, () => this.publish(reply));
    }
    reply.cancelCheckpoint ??= clock.after(CHECKPOINT_MS, () => this.keep(reply));
  }

  private keep(reply: Reply): void {
    reply.cancelCheckpoint?.();
    reply.cancelCheckpoint = undefined;
    if (!reply.ended && reply.based) this.options.checkpoint(reply.messageId, reply.said.body(), reply.idx);
  }

  private publish(reply: Reply): void {
    reply.flushing = false;
    if (this.replies.get(reply.generationId) !== reply) return;
    const { length } = reply.said;
    const { reading } = reply;
    const { tokensPerSecond } = reply.speed;
    this.valueOf(reply.messageId).set({
      ...reply.said.body(),
      ...(reading && reply.idx === 0 && { reading }),
      ...(tokensPerSecond !== undefined && { tokensPerSecond }),
      unsaved: length - (reply.saved ?? length),
    });
  }

  private drop(reply: Reply): void {
    if (this.replies.get(reply.generationId) !== reply) return; // it goes on: what it says now is another's to show
    this.replies.delete(reply.generationId);
    const value = this.valueOf(reply.messageId);
    value.set(null);
    if (!value.watched) this.texts.delete(reply.messageId);
  }

  private valueOf(messageId: string): Value<LiveText | null> {
    const known = this.texts.get(messageId) ?? new Value<LiveText | null>(null);
    this.texts.set(messageId, known);
    return known;
  }
}

/** Chunks before `durableIdx` are on the server's disk. */
function markSaved(reply: Reply, durableIdx: number): void {
  for (let [first] = reply.lengths; first && first.idx <= durableIdx; [first] = reply.lengths) {
    reply.saved = first.length;
    reply.lengths.shift();
  }
}

function readingOf(asked: Omit<Reading, 'since'>, since: number): Reading {
  const { model, prompt_tokens, window_tokens, loading, load_timeout_s } = asked;
  return { model, prompt_tokens, window_tokens, loading, load_timeout_s, since };
}
