import { Check, Ellipsis, MessageSquare, Pencil, Pin, PinOff, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { toast } from 'sonner';
import type { Locrit, MemoryRow } from '../../core';
import { useClient } from '../app-context';
import { useKept } from '../failed';
import { draftKeys } from '../form-draft';
import { Button, IconButton } from '../kit/Button';
import { Confirm } from '../kit/Dialog';
import { Menu, MenuItem } from '../kit/Menu';
import { paths } from '../paths';
import { useFormat } from '../text/format-date';
import { notesText } from '../text/notes';
import { useText, useTextOf } from '../text/text';
import { asLocal } from './days';
import { MemoryForm } from './MemoryForm';
import { stateOf } from './use-memories';

const START_CHARS = 40;
const IMPORTANT = 0.7;

interface Props {
  row: MemoryRow;
  locrit: Locrit;
  /** Its form was opened, or closed. */
  onEdit: (isOpen: boolean) => void;
}

/** One memory, or the form that changes it in its place. */
export function Remembered({ row, locrit, onEdit }: Props) {
  const client = useClient();
  const t = useTextOf(notesText);
  const draftKey = draftKeys.note(row.id);
  const [editing, setEditing] = useState(() => client.formDraft(draftKey) !== undefined);
  function edit(isOpen: boolean) {
    setEditing(isOpen);
    onEdit(isOpen);
  }
  if (editing)
    return (
      <MemoryForm
        draftKey={draftKey}
        memory={row}
        {...(row.suggested && { action: t.editAndAccept })}
        onSave={(fields) => client.memories.edit(row, row.suggested ? { ...fields, suggested: false } : fields)}
        onClose={() => edit(false)}
      />
    );
  return (
    <div className="py-3">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="each-way whitespace-pre-wrap text-sm leading-[1.6] [overflow-wrap:anywhere]">{row.content}</p>
          <About row={row} locrit={locrit} />
        </div>
        <Actions row={row} onEdit={() => edit(true)} />
      </div>
      {row.state === 'rejected' && <Refused row={row} />}
    </div>
  );
}

/** Dates, tags, where it comes from. */
function About({ row, locrit }: Omit<Props, 'onEdit'>) {
  const t = useTextOf(notesText);
  const format = useFormat();
  const { valid_from, valid_to, created_at, updated_at, rev, tags } = row;
  const dates = [
    valid_from && t.since(format.dated(dayOf(valid_from))),
    valid_to && t.until(format.dated(dayOf(valid_to))),
  ];
  const noted = rev > 1 ? t.changed(format.dated(updated_at)) : format.dated(created_at);
  const said = [
    row.pinned && t.pinned,
    row.importance > IMPORTANT && t.important,
    ...tags,
    ...(valid_from || valid_to ? dates : [noted]),
    t.origins[row.origin],
    (row.state === 'queued' || row.state === 'sending') && t.queued,
  ];
  const source = row.sources.at(-1);
  return (
    <p className="mt-0.5 text-ink-3 text-xs [overflow-wrap:anywhere]">
      {said.filter(Boolean).join(' · ')}
      {source && (
        <Link
          to={paths.chat(locrit.name, source.conversation_id, source.message_id)}
          className="touch-target ml-2 inline-flex items-center gap-1 text-accent hover:underline"
        >
          <MessageSquare aria-hidden className="size-3" />
          {t.source}
        </Link>
      )}
    </p>
  );
}

function Actions({ row, onEdit }: { row: MemoryRow; onEdit: () => void }) {
  const t = useTextOf(notesText);
  const { edit, accept, remove } = useMemoryActions(row);
  const start = startOf(row.content);
  return (
    <span className="flex shrink-0">
      {row.suggested ? (
        <IconButton small label={t.accept(start)} onClick={accept}>
          <Check />
        </IconButton>
      ) : (
        <IconButton small label={row.pinned ? t.unpin : t.pin} onClick={() => edit({ pinned: !row.pinned })}>
          {row.pinned ? <PinOff /> : <Pin />}
        </IconButton>
      )}
      <IconButton small label={t.edit(start)} onClick={onEdit}>
        <Pencil />
      </IconButton>
      {row.suggested ? (
        <IconButton small label={t.dismiss(start)} onClick={remove}>
          <X />
        </IconButton>
      ) : (
        <IconButton small label={t.remove(start)} onClick={remove}>
          <Trash2 />
        </IconButton>
      )}
      <More row={row} />
    </span>
  );
}

/** What is done less often. */
function More({ row }: { row: MemoryRow }) {
  const t = useTextOf(notesText);
  const [forgetting, setForgetting] = useState(false);
  const { edit, forget } = useMemoryActions(row);
  const state = stateOf(row);
  return (
    <>
      <Menu
        trigger={
          <IconButton small label={t.more(startOf(row.content))}>
            <Ellipsis />
          </IconButton>
        }
      >
        {state === 'valid' && (
          <MenuItem onClick={() => edit({ valid_to: new Date().toISOString() })}>{t.ended}</MenuItem>
        )}
        {state === 'past' && <MenuItem onClick={() => edit({ valid_to: null })}>{t.again}</MenuItem>}
        <MenuItem danger onClick={() => setForgetting(true)}>
          {t.forget}
        </MenuItem>
      </Menu>
      <Confirm
        open={forgetting}
        onOpenChange={setForgetting}
        title={t.forgetTitle}
        text={t.forgetText}
        action={t.forget}
        onConfirm={forget}
      />
    </>
  );
}

/** An edit that lost against another one: which of both shall be. */
function Refused({ row: { base, problem, opId = '' } }: { row: MemoryRow }) {
  const t = useTextOf(notesText);
  const client = useClient();
  const isConflict = problem?.code === 'conflict';
  return (
    <div role="note" className="mt-2 border-warn border-l-2 py-1 pl-3 text-sm">
      <p>{isConflict ? t.conflict : problem?.message}</p>
      {isConflict && <p className="whitespace-pre-wrap text-ink-2 [overflow-wrap:anywhere]">{base.content}</p>}
      <div className="mt-2 flex flex-wrap gap-2">
        <Button small onClick={() => client.resolve(opId, 'discard')}>
          {t.keepTheirs}
        </Button>
        <Button
          small
          variant="primary"
          onClick={() => (isConflict ? client.memories.insist(opId) : client.resolve(opId, 'retry'))}
        >
          {t.keepMine}
        </Button>
      </div>
    </div>
  );
}

function useMemoryActions(row: MemoryRow) {
  const all = useText();
  const t = useTextOf(notesText);
  const { memories } = useClient();
  const isKept = useKept();
  const undo = { label: all.undo, onClick: () => isKept(memories.restore(row)) };
  return {
    edit: (changes: Parameters<typeof memories.edit>[1]) => isKept(memories.edit(row, changes)),
    accept: async () => {
      if (await isKept(memories.edit(row, { suggested: false }))) toast(t.accepted);
    },
    remove: async () => {
      if (await isKept(memories.delete(row))) toast(row.suggested ? t.dismissed : t.removed, { action: undo });
    },
    forget: () => isKept(memories.forget(row)),
  };
}

/** Facts have dates, and no hours: the same day wherever it is read. */
function dayOf(moment: string) {
  return asLocal(moment.slice(0, 10));
}

function startOf(content: string): string {
  return content.length > START_CHARS ? `${content.slice(0, START_CHARS)}…` : content;
}
