import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { toast } from 'sonner';
import { type Client, gistOf, type Trash } from '../../core';
import { useClient } from '../app-context';
import { plainText, previewOf } from '../chat/markdown/plain';
import { useAsker } from '../chat/VisitorMark';
import { FOLLOWS } from '../following';
import { Button } from '../kit/Button';
import { Confirm } from '../kit/Dialog';
import { Page } from '../kit/Page';
import { EmptyState, ErrorState, Skeleton } from '../kit/states';
import { artifactsText } from '../text/artifacts';
import { useFormat } from '../text/format-date';
import { memoryText } from '../text/memory';
import { storageText } from '../text/storage';
import { useText, useTextOf } from '../text/text';
import { useTitle } from '../title';
import { ForkMark } from './ForkMark';

const TRASH = ['trash'];

interface Item {
  id: string;
  name: string;
  note?: string;
  where?: string;
  forkedFrom?: string | null;
  deletedAt: string;
  restore: () => Promise<unknown>;
}

type GroupName = 'conversations' | 'messages' | 'artifacts' | 'notes' | 'locrits';

/** What was deleted, the last first, each with its way back. */
export default function TrashPage() {
  const { archive } = useText();
  const t = useTextOf(storageText);
  const client = useClient();
  const {
    data: trash,
    isError,
    refetch,
  } = useQuery({ queryKey: TRASH, queryFn: () => client.trash(), gcTime: 0, meta: FOLLOWS });
  const groups = useGroups(trash);
  const count = groups.reduce((sum, [, items]) => sum + items.length, 0);
  useTitle(archive.trash);
  return (
    <Page title={archive.trash} intro={t.trashIntro} actions={count ? <EmptyTrash count={count} /> : undefined}>
      {isError && (
        <ErrorState title={t.trashFailed} text={archive.trashFailedHint} action={<Retry onRetry={() => refetch()} />} />
      )}
      {!trash && !isError && <Skeleton className="h-24 rounded-l" />}
      {trash && !count && <EmptyState icon={<Trash2 />} title={t.trashEmpty} text={t.trashEmptyText} />}
      {groups.map(([name, items]) => items.length > 0 && <Group key={name} name={name} items={items} />)}
    </Page>
  );
}

function Retry({ onRetry }: { onRetry: () => void }) {
  const t = useText();
  return <Button onClick={onRetry}>{t.retry}</Button>;
}

function useGroups(trash?: Trash): [GroupName, Item[]][] {
  const t = useText();
  const words = useTextOf(storageText);
  const client = useClient();
  const { conversations = [], messages = [], artifacts = [], memories = [], locrits = [] } = trash ?? {};
  const said = useMessages(messages);
  return [
    [
      'conversations',
      conversations.map((each) => ({
        id: each.conversation_id,
        name: each.title || previewOf(each.preview) || t.conversations.untitled,
        where: each.locrit_name,
        forkedFrom: each.forked_from,
        deletedAt: each.deleted_at ?? '',
        restore: () => restoreConversation(client, each.conversation_id),
      })),
    ],
    ['messages', said],
    [
      'artifacts',
      artifacts.map((each) => ({
        id: each.id,
        name: each.name,
        where: t.archive.where(each.locrit_name, each.conversation_title || t.conversations.untitled),
        deletedAt: each.deleted_at ?? '',
        restore: () => restoreArtifact(client, each.id),
      })),
    ],
    [
      'notes',
      memories.map((each) => ({
        id: each.id,
        name: each.content,
        where: each.locrit_name,
        deletedAt: each.deleted_at ?? '',
        restore: () => restoreNote(client, each),
      })),
    ],
    [
      'locrits',
      locrits.map((each) => ({
        id: each.id,
        name: each.name,
        note: words.withLocrit(each.conversation_count) || each.description,
        deletedAt: each.deleted_at ?? '',
        restore: () => restoreLocrit(client, each.id),
      })),
    ],
  ];
}

function useMessages(messages: Trash['messages']): Item[] {
  const { archive, conversations } = useText();
  const client = useClient();
  const asker = useAsker();
  return messages.map((each) => ({
    id: each.message_id,
    name: plainText(gistOf(each)),
    note: each.role === 'user' ? asker(each.visitor) : undefined,
    where: archive.where(each.locrit_name, each.conversation_title || conversations.untitled),
    deletedAt: each.deleted_at ?? '',
    restore: () => restoreMessage(client, each),
  }));
}

function restoreArtifact({ api }: Client, artifact_id: string) {
  return api.post('/api/v2/artifacts/{artifact_id}/restore', { params: { path: { artifact_id } } });
}

function restoreConversation({ api }: Client, conversation_id: string) {
  return api.patch('/api/v2/conversations/{conversation_id}', {
    params: { path: { conversation_id } },
    body: { deleted: false },
  });
}

function restoreMessage({ api }: Client, { conversation_id, message_id }: Trash['messages'][number]) {
  return api.post('/api/v2/conversations/{conversation_id}/messages/{message_id}/restore', {
    params: { path: { conversation_id, message_id } },
  });
}

/** By the id of its Locrit, whose name may be another one's by now. */
async function restoreNote({ api }: Client, { id: memory_id, locrit_id }: Trash['memories'][number]) {
  const { locrits } = await api.get('/api/v2/locrits');
  const name = locrits.find(({ id }) => id === locrit_id)?.name ?? '';
  await api.post('/api/v2/locrits/{name}/memory/memories/{memory_id}/restore', {
    params: { path: { name, memory_id } },
  });
}

/** By its id: several of the same name may be in the trash. */
async function restoreLocrit(client: Client, id: string) {
  await client.api.post('/api/v2/locrits/{name}/restore', { params: { path: { name: id } } });
  await client.refreshLocrits();
  await client.refreshConversations();
}

function Group({ name, items }: { name: GroupName; items: Item[] }) {
  const t = useText();
  const words = useTextOf(storageText);
  const artifacts = useTextOf(artifactsText);
  const memory = useTextOf(memoryText);
  const title = {
    conversations: t.conversations.label,
    messages: memory.messages,
    artifacts: artifacts.title,
    notes: words.notes,
    locrits: t.nav.locrits,
  }[name];
  return (
    <section className="mb-8">
      <h2 className="mb-1 text-ink-3 text-xs">{title}</h2>
      <ul className="divide-y divide-line">
        {items.map((item) => (
          <Row key={item.id} item={item} />
        ))}
      </ul>
    </section>
  );
}

function Row({ item }: { item: Item }) {
  const { archive } = useText();
  const t = useTextOf(storageText);
  const format = useFormat();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);

  async function restore() {
    setBusy(true);
    try {
      await item.restore();
      toast(t.restored(short(item.name)));
    } finally {
      setBusy(false);
      await queries.invalidateQueries({ queryKey: TRASH });
    }
  }

  return (
    <li className="flex min-h-14 items-center gap-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="each-way line-clamp-2 text-sm [overflow-wrap:anywhere]">
          <ForkMark forkedFrom={item.forkedFrom} />
          {item.name}
        </p>
        <Facts>
          {item.note && <span className="shrink-0">{item.note}</span>}
          {item.where && <span className="truncate">{item.where}</span>}
          <time dateTime={item.deletedAt} title={format.full(item.deletedAt)} className="shrink-0">
            {t.deletedAt(format.brief(item.deletedAt))}
          </time>
        </Facts>
      </div>
      <Button small disabled={busy} aria-label={t.restoreNamed(short(item.name))} onClick={restore}>
        {archive.restore}
      </Button>
    </li>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <p className="flex min-w-0 gap-3 text-ink-3 text-xs">{children}</p>;
}

const SHORT = 40;

const short = (name: string) => (name.length > SHORT ? `${name.slice(0, SHORT)}…` : name);

function EmptyTrash({ count }: { count: number }) {
  const t = useTextOf(storageText);
  const client = useClient();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);

  async function empty() {
    const { forgotten, left } = await client.emptyTrash();
    await queries.invalidateQueries({ queryKey: TRASH });
    if (forgotten) toast(t.emptied);
    if (left.length) toast(t.leftInTrash(left.length));
  }

  return (
    <>
      <Button variant="danger" onClick={() => setAsking(true)}>
        {t.emptyTrash}
      </Button>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title={t.emptyTitle}
        text={t.emptyText(count)}
        action={t.emptyNow}
        onConfirm={empty}
      />
    </>
  );
}
