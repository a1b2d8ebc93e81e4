import { NotebookPen, Pencil, Pin, PinOff, Plus, Search, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { type Locrit, Matcher } from '../../core';
import { useClient } from '../app-context';
import { draftKeys } from '../form-draft';
import { Button, IconButton } from '../kit/Button';
import { Input } from '../kit/Field';
import { EmptyState, Skeleton } from '../kit/states';
import { useFormat } from '../text/format-date';
import { notesText } from '../text/notes';
import { useText, useTextOf } from '../text/text';
import { MemoryFailed } from './MemoryFailed';
import { NoteForm } from './NoteForm';
import { MOST_NOTES, type Note, useNoteActions, useNotes } from './queries';

const START_CHARS = 40;

/** What was noted beside the conversations: found, written, changed, and thrown away with a way back. */
export function NotesTab({ locrit }: { locrit: Locrit }) {
  const t = useTextOf(notesText);
  const client = useClient();
  const { data: notes, error, refetch } = useNotes(locrit.name);
  const { add } = useNoteActions(locrit.name);
  const [query, setQuery] = useState('');
  const [adding, setAdding] = useState(() => client.formDraft(draftKeys.newNote(locrit.id)) !== undefined);
  if (error) return <MemoryFailed error={error} onRetry={refetch} />;
  if (!notes) return <Skeleton className="h-40" />;
  const words = new Matcher(query);
  const found = notes.filter(({ content, tags }) => words.isEmpty || words.has([content, ...tags].join('\n')));
  return (
    <>
      <p className="mb-4 text-ink-2 text-sm">{t.about(locrit.name)}</p>
      <div className="mb-2 flex flex-wrap gap-2">
        <search className="relative min-w-40 flex-1">
          <Search aria-hidden className="pointer-events-none absolute top-3 left-3 size-4 text-ink-3" />
          <Input
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            value={query}
            onChange={({ target }) => setQuery(target.value)}
            className="pl-9"
          />
        </search>
        <Button onClick={() => setAdding(true)}>
          <Plus aria-hidden className="size-4" />
          {t.add}
        </Button>
      </div>
      {adding && <NoteForm draftKey={draftKeys.newNote(locrit.id)} onSave={add} onClose={() => setAdding(false)} />}
      <ul>
        {found.map((note) => (
          <NoteRow key={note.id} note={note} locrit={locrit} />
        ))}
      </ul>
      {notes.length === 0 && !adding && <EmptyState icon={<NotebookPen />} title={t.none} text={t.noneHint} />}
      {notes.length > 0 && found.length === 0 && <EmptyState icon={<Search />} title={t.noHits(query)} />}
      {notes.length >= MOST_NOTES && <p className="py-3 text-ink-3 text-sm">{t.newest(notes.length)}</p>}
    </>
  );
}

function NoteRow({ note, locrit }: { note: Note; locrit: Locrit }) {
  const client = useClient();
  const { edit } = useNoteActions(locrit.name);
  const draftKey = draftKeys.note(note.id);
  const [editing, setEditing] = useState(() => client.formDraft(draftKey) !== undefined);
  return (
    <li className="border-line border-b last:border-0">
      {editing ? (
        <NoteForm
          draftKey={draftKey}
          note={note}
          onSave={(fields) => edit(note, fields)}
          onClose={() => setEditing(false)}
        />
      ) : (
        <Said note={note} locrit={locrit} onEdit={() => setEditing(true)} />
      )}
    </li>
  );
}

function Said({ note, locrit, onEdit }: { note: Note; locrit: Locrit; onEdit: () => void }) {
  const t = useText();
  const notes = useTextOf(notesText);
  const format = useFormat();
  const { edit, remove, restore } = useNoteActions(locrit.name);
  const { content, tags, pinned, rev, created_at, updated_at } = note;
  const start = content.length > START_CHARS ? `${content.slice(0, START_CHARS)}…` : content;
  const when = rev > 1 ? notes.changed(format.dated(updated_at)) : format.dated(created_at);

  async function throwAway() {
    await remove(note);
    toast(notes.removed, { action: { label: t.undo, onClick: () => restore(note) } });
  }

  return (
    <div className="flex items-start gap-2 py-3">
      <div className="min-w-0 flex-1">
        <p className="each-way whitespace-pre-wrap text-sm leading-[1.6] [overflow-wrap:anywhere]">{content}</p>
        <p className="mt-0.5 text-ink-3 text-xs [overflow-wrap:anywhere]">
          {[pinned && notes.pinned, ...tags, when].filter(Boolean).join(' · ')}
        </p>
      </div>
      <span className="flex shrink-0">
        <IconButton small label={pinned ? notes.unpin : notes.pin} onClick={() => edit(note, { pinned: !pinned })}>
          {pinned ? <PinOff /> : <Pin />}
        </IconButton>
        <IconButton small label={notes.edit(start)} onClick={onEdit}>
          <Pencil />
        </IconButton>
        <IconButton small label={notes.remove(start)} onClick={throwAway}>
          <Trash2 />
        </IconButton>
      </span>
    </div>
  );
}
