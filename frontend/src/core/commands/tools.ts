import { isMissing } from '../transport';
import type { ToolAnswer } from '../types';
import type { CommandKind } from './kind';

export interface AnswerTool {
  type: 'tool.answer';
  conversation_id: string;
  tool_result_id: string;
  answer: ToolAnswer;
}

export function answersOf(tool_result_id: string): string {
  return `tool:${tool_result_id}`;
}

/** It waits for nothing: what is asked next in the conversation may wait for it. Who is gone needs no answer. */
export const answerTool: CommandKind<AnswerTool> = {
  queueKey: ({ tool_result_id }) => answersOf(tool_result_id),
  subject: ({ tool_result_id }) => tool_result_id,
  async perform({ api }, { tool_result_id, answer }, op_id) {
    const params = { path: { tool_result_id } };
    const body = { answer, op_id };
    try {
      return { tool_results: [await api.post('/api/v2/tool-results/{tool_result_id}/answer', { params, body })] };
    } catch (error) {
      if (isMissing(error)) return {};
      throw error;
    }
  },
};
