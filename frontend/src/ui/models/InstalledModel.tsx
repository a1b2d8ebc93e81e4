import { useState } from 'react';
import { v7 as uuid } from 'uuid';
import type { Model, ModelList } from '../../core';
import { useClient } from '../app-context';
import { formatBytes } from '../archive/bytes';
import { Button } from '../kit/Button';
import { Confirm } from '../kit/Dialog';
import { Refusal } from '../locrits/Refusal';
import { useSubmit } from '../locrits/use-submit';
import { useFormat } from '../text/format-date';
import { libraryText } from '../text/library';
import { useText, useTextOf } from '../text/text';
import type { Host } from './use-host';

interface Props {
  model: Model;
  library: Host;
}

/** What a model is and needs, who uses it, whether it is in memory; and the ways to be rid of it. */
export function InstalledModel({ model, library: { host, list, refresh } }: Props) {
  const t = useText();
  const library = useTextOf(libraryText);
  const client = useClient();
  const [asking, setAsking] = useState(false);
  const { failure, busy, submit } = useSubmit();
  const { name, used_by } = model;
  const loaded = list?.loaded.find((each) => each.name === name);
  const names = new Intl.ListFormat(t.language).format(used_by);
  const isOwn = model.provider === 'embedded';

  const unload = async () => {
    await client.api.post('/api/v2/models/unload', { body: { model: name, host } });
    await refresh();
  };
  const remove = async () => {
    await client.api.delete('/api/v2/models', { params: { query: { model: name, host, op_id: uuid() } } });
    await refresh();
  };

  return (
    <li className="py-4 text-sm">
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div className="min-w-48 flex-1">
          <h3 className="font-[550] text-base [overflow-wrap:anywhere]">{model.label || name}</h3>
          <Facts model={model} />
          {loaded && <InMemory loaded={loaded} />}
          <p className="mt-0.5 text-ink-3 [overflow-wrap:anywhere]">
            {used_by.length ? library.usedBy(names) : library.unused}
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {loaded && (
            <Button small disabled={busy} aria-label={library.unload(name)} onClick={() => submit(unload, 'unload')}>
              {library.unloadShort}
            </Button>
          )}
          {!isOwn && (
            <Button
              small
              variant="danger"
              disabled={busy}
              aria-label={library.delete(name)}
              onClick={() => setAsking(true)}
            >
              {library.deleteShort}
            </Button>
          )}
        </div>
      </div>
      {failure && <Refusal failure={failure} />}
      <Delete model={model} open={asking} onOpenChange={setAsking} onConfirm={() => submit(remove)} />
    </li>
  );
}

interface DeleteProps {
  model: Model;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onConfirm: () => void;
}

/** Asks, and names who uses it. */
function Delete({ model: { name, size, used_by }, open, onOpenChange, onConfirm }: DeleteProps) {
  const t = useText();
  const library = useTextOf(libraryText);
  const names = new Intl.ListFormat(t.language).format(used_by);
  return (
    <Confirm
      open={open}
      onOpenChange={onOpenChange}
      title={library.deleteTitle(name)}
      text={
        (used_by.length ? library.deleteUsers(names, used_by.length) : '') +
        library.deleteText(formatBytes(size, t.language))
      }
      action={library.deleteShort}
      onConfirm={onConfirm}
    />
  );
}

/** A window of this size is compared by: what many models get when nothing is said. */
const USUAL_TOKENS = 8192;

function Facts({ model }: { model: Model }) {
  const t = useText();
  const library = useTextOf(libraryText);
  const format = useFormat();
  const { context_length, token_bytes, num_ctx, modified_at } = model;
  const names: Record<string, string> = library.capabilities;
  const facts = [
    model.parameter_size,
    model.quantization,
    model.family,
    model.size > 0 && formatBytes(model.size, t.language),
    context_length > 0 && library.reads(format.number(context_length)),
    ...model.capabilities.map((each) => names[each] ?? each),
    modified_at && library.modified(format.dated(modified_at)),
  ];
  const tokens = Math.min(num_ctx ?? USUAL_TOKENS, context_length || USUAL_TOKENS);
  return (
    <>
      <p className="text-ink-2 tabular-nums">{facts.filter(Boolean).join(' · ')}</p>
      {token_bytes && (
        <p className="text-ink-3">
          {library.windowCost(format.number(tokens), formatBytes(tokens * token_bytes, t.language))}
        </p>
      )}
    </>
  );
}

function InMemory({ loaded }: { loaded: ModelList['loaded'][number] }) {
  const t = useText();
  const library = useTextOf(libraryText);
  const format = useFormat();
  const { size, size_vram, context_length, until } = loaded;
  const facts = [
    library.loaded(formatBytes(size, t.language)),
    size_vram > 0 && library.onCard(formatBytes(size_vram, t.language)),
    context_length && library.window(format.number(context_length)),
    until ? library.until(format.time(until)) : library.forEver,
  ];
  return <p className="mt-0.5 text-accent-strong tabular-nums">{facts.filter(Boolean).join(' · ')}</p>;
}
