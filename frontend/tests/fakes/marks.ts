import type { RecallMark } from '../../src/core/types';
import { refused, USER_SCOPE } from './refused';
import type { FakeServer } from './server';

type Call = Record<'path' | 'body', Record<string, unknown>>;

/** What people want of messages that are recalled, with the real server's rules. */
export function markRoutes(server: FakeServer): Record<string, (call: Call) => unknown> {
  return {
    'put /api/v2/recall-marks/{message_id}': ({ path, body }) =>
      server.once(body, () => mark(server, String(path.message_id), body)),
    'post /api/v2/sync/recall-marks': ({ body }) => {
      for (const theirs of body.recall_marks as RecallMark[])
        if (theirs.rev > (server.marks.get(theirs.id)?.rev ?? 0)) save(server, theirs, null);
      return { success: true };
    },
  };
}

function mark(server: FakeServer, id: string, { mark: wish, op_id }: Call['body']): RecallMark {
  if (!server.messages.has(id)) throw refused(404, 'not_found');
  const { rev, created_at } = server.marks.get(id) ?? { rev: 0, created_at: server.now() };
  const updated_at = server.now();
  const row = { id, locrit_id: 'l1', mark: wish as RecallMark['mark'], rev: rev + 1, created_at, updated_at };
  return save(server, row, String(op_id));
}

function save(server: FakeServer, row: RecallMark, op_id: string | null): RecallMark {
  server.marks.set(row.id, row);
  server.log(USER_SCOPE, 'recall_mark.updated', row.id, row, op_id);
  return row;
}
