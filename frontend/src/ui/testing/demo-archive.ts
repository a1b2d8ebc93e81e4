import type { Client, IntegrityReport, MessageVersion, Storage } from '../../core';
import type { DemoStore } from './demo-store';

const HOUR_MS = 3_600_000;

const CHECKS = [
  'The database file is sound',
  'Sequences have no gaps',
  'Rows are what the events say',
  'Digests are unbroken',
  'The search index is complete',
];

type Archive = Pick<
  Client,
  | 'artifacts'
  | 'tools'
  | 'memories'
  | 'concepts'
  | 'versions'
  | 'forgetMessage'
  | 'forgetConversation'
  | 'trash'
  | 'copies'
  | 'emptyTrash'
  | 'storage'
  | 'verify'
>;

const nothing = async () => {};
const NOTHING_MADE: Client['artifacts'] = {
  of: async () => [],
  one: async () => undefined,
  list: async () => ({ artifacts: [], count: 0, next_cursor: null }),
  versions: async () => [],
  load: nothing,
  edit: nothing,
  insist: nothing,
  rollBack: nothing,
  delete: nothing,
  restore: nothing,
};

const NOTHING_REMEMBERED: Client['memories'] = {
  of: async () => [],
  load: async () => ({ waiting: 0, problem: null, next_try_at: null }),
  retryExtraction: nothing,
  add: nothing,
  edit: nothing,
  insist: nothing,
  delete: nothing,
  restore: nothing,
  forget: nothing,
};

const NOTHING_TALKED_ABOUT: Client['concepts'] = {
  of: async () => ({ concepts: [], total: 0, isOutdated: false }),
  load: async () => 0,
  edit: nothing,
  insist: nothing,
  merge: nothing,
  delete: nothing,
  restore: nothing,
  describe: nothing,
};

/** Versions, the trash and storage of the demo; what one of them changes, the others show. */
export function demoArchive(store: DemoStore, sound: boolean): Archive {
  let whole = sound;
  const versionsOf = (id: string): MessageVersion[] => {
    const message = store.messages.find((each) => each.message_id === id);
    if (!message) return [];
    const at = (hours: number) => new Date(Date.parse(message.updated_at) - hours * HOUR_MS).toISOString();
    const version = (rev: number, content: string) => ({
      rev,
      content,
      status: 'complete' as const,
      created_at: at(message.rev - rev),
    });
    const earlier = store.versions.get(id) ?? [];
    return [version(message.rev, message.content), ...earlier.map((content, n) => version(n + 1, content)).reverse()];
  };
  const deleted = <T extends { deleted_at: string | null }>(rows: T[]) => rows.filter((each) => each.deleted_at);

  return {
    artifacts: NOTHING_MADE,
    memories: NOTHING_REMEMBERED,
    concepts: NOTHING_TALKED_ABOUT,
    tools: { one: async () => undefined, answer: nothing, offered: async () => [] },
    versions: async (id) => versionsOf(id),
    async forgetMessage(id) {
      await store.change(() => {
        store.messages = store.messages.filter((each) => each.message_id !== id);
      });
    },
    async forgetConversation(id) {
      await store.change(() => {
        store.conversations = store.conversations.filter((each) => each.conversation_id !== id);
      });
    },
    trash: async () => ({
      locrits: deleted(store.locrits),
      conversations: deleted(store.conversations),
      messages: deleted(store.messages).map((each) => {
        const place = store.conversations.find((one) => one.conversation_id === each.conversation_id);
        return { ...each, locrit_name: place?.locrit_name ?? '', conversation_title: place?.title ?? '' };
      }),
      memories: [],
      artifacts: [],
    }),
    copies: async () => 0,
    async emptyTrash() {
      const forgotten = deleted(store.conversations).length + deleted(store.messages).length;
      await store.change(() => {
        store.conversations = store.conversations.filter((each) => !each.deleted_at);
        store.messages = store.messages.filter((each) => !each.deleted_at);
      });
      return { forgotten, locrits: 0, conversations: forgotten, messages: 0, memories: 0, artifacts: 0, left: [] };
    },
    storage: async (): Promise<Storage> => ({
      database: '/home/ada/locrit/data/locrit.db',
      database_bytes: 48_300_000,
      log_bytes: 4_120_000,
      free_bytes: 212e9,
      messages: 24_318,
      conversations: 412,
      trash: deleted(store.conversations).length + deleted(store.messages).length,
      waiting: 0,
      since: new Date(Date.now() - 26 * HOUR_MS).toISOString(),
      saves: { saved: 18_240, refused: 3, failed: 0 },
      replies: { complete: 392, interrupted: 2, failed: 4, stopped: 6 },
    }),
    async verify(repair): Promise<IntegrityReport> {
      const broken = whole ? -1 : CHECKS.length - 1;
      const checks = CHECKS.map((name, at) => ({
        name,
        ok: at !== broken || Boolean(repair),
        checked: 24_318,
        problems: at === broken && !repair ? ['Message 0198-77 of “Why tea turns bitter” is not in the index.'] : [],
        hint: at === broken && !repair ? 'It follows from what is intact, and can be made right.' : '',
      }));
      if (repair) whole = true;
      return { ok: checks.every(({ ok }) => ok), checks, repaired: repair && broken >= 0 ? ['1 message indexed'] : [] };
    },
  };
}
