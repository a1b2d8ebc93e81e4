import { answersOf } from './commands/tools';
import { steps } from './steps';
import type { Store } from './store';
import type { Transport } from './transport';
import type { OfferedTool, ToolAnswer, ToolResult, ToolRow } from './types';

/** What models had done by tools. */
export interface Tools {
  /** A live read. */
  one(id: string): Promise<ToolRow | undefined>;
  /** Whether what waits may run: once, always for its Locrit, or not. Kept until the server has it. */
  answer(result: ToolResult, answer: ToolAnswer): Promise<void>;
  /** Which there are. Throws `ApiError`. */
  offered(): Promise<OfferedTool[]>;
}

/** What models had done by tools: read from this browser; answers go by its outbox, and are kept while nobody hears them. */
export class StoredTools implements Tools {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  one(id: string): Promise<ToolRow | undefined> {
    const { db, queue } = this.store;
    return db.transaction('r', [db.tool_results, db.outbox], function* () {
      const [result, entries] = yield* steps(db.tool_results.get(id), queue.of(answersOf(id)));
      const { command, state, op_id: opId, problem } = entries.at(-1) ?? {};
      if (result === undefined || command?.type !== 'tool.answer' || !state || !opId) return result;
      return { ...result, answering: { answer: command.answer, state, opId, problem } };
    });
  }

  async answer({ id, conversation_id }: ToolResult, answer: ToolAnswer): Promise<void> {
    await this.store.queue.add({ type: 'tool.answer', conversation_id, tool_result_id: id, answer });
  }

  async offered(): Promise<OfferedTool[]> {
    return (await this.transport.api.get('/api/v2/tools')).tools;
  }
}
