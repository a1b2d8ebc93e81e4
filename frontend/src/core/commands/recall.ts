import { isMissing } from '../transport';
import type { RecallWish } from '../types';
import type { CommandKind } from './kind';

export interface MarkRecalled {
  type: 'recall.mark';
  conversation_id: string;
  message_id: string;
  locrit_id: string;
  mark: RecallWish;
}

export const MARKS = 'recall';

/** It waits for nothing. Of what is gone nothing is wanted any more. */
export const markRecalled: CommandKind<MarkRecalled> = {
  queueKey: () => MARKS,
  subject: ({ message_id }) => message_id,
  async perform({ api }, { message_id, mark }, op_id) {
    const params = { path: { message_id } };
    try {
      return { recall_marks: [await api.put('/api/v2/recall-marks/{message_id}', { params, body: { mark, op_id } })] };
    } catch (error) {
      if (isMissing(error)) return {};
      throw error;
    }
  },
  optimistic(rows, { command: { message_id: id, locrit_id, mark }, created_at: updated_at }) {
    const { rev, created_at } = rows.recall_marks.get(id) ?? { rev: 0, created_at: updated_at };
    return { recall_marks: [{ id, locrit_id, mark, rev: rev + 1, created_at, updated_at }] };
  },
};
