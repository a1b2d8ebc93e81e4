import { v7 as uuid } from 'uuid';
import type { Tools } from './client';
import type { Store } from './store';
import type { Transport } from './transport';
import type { OfferedTool, ToolAnswer, ToolResult } from './types';

/** What models had done by tools: read from this browser; answers go to the server at once, where somebody waits for them. */
export class StoredTools implements Tools {
  constructor(
    private readonly store: Store,
    private readonly transport: Transport,
  ) {}

  one(id: string): Promise<ToolResult | undefined> {
    return this.store.db.tool_results.get(id);
  }

  async answer(id: string, answer: ToolAnswer): Promise<void> {
    const params = { path: { tool_result_id: id } };
    const body = { answer, op_id: uuid() };
    const answered = await this.transport.api.post('/api/tool-results/{tool_result_id}/answer', { params, body });
    await this.store.put({ tool_results: [answered] });
  }

  async offered(): Promise<OfferedTool[]> {
    return (await this.transport.api.get('/api/tools')).tools;
  }
}
