import { useId } from 'react';
import { formatBytes } from '../archive/bytes';
import { Field, Input } from '../kit/Field';
import type { LocritDraft } from '../locrits/draft';
import { useFormat } from '../text/format-date';
import { libraryText } from '../text/library';
import { useText, useTextOf } from '../text/text';
import { ExactInput } from './ExactInput';
import { useHost } from './use-host';
import { useModels } from './use-models';

interface Props {
  draft: LocritDraft;
  onChange: (change: Partial<LocritDraft>) => void;
}

/** The tokens that the model reads and writes at once; empty for as many as its provider chooses. */
export function WindowField({ draft, onChange }: Props) {
  const t = useText().form;
  const { num_ctx, ...others } = draft.options;
  const cost = useCost(draft.model, typeof num_ctx === 'number' ? num_ctx : undefined);
  return (
    <Field label={t.window} hint={cost ? `${t.windowHint} ${cost}` : t.windowHint}>
      {(props) => (
        <Input
          {...props}
          type="number"
          min={128}
          step={1024}
          placeholder={t.windowOwn}
          className="max-w-44 tabular-nums"
          value={typeof num_ctx === 'number' ? num_ctx : ''}
          onChange={(event) => {
            const tokens = Math.round(event.target.valueAsNumber);
            onChange({ options: tokens > 0 ? { ...others, num_ctx: tokens } : others });
          }}
        />
      )}
    </Field>
  );
}

/** What a window of so many tokens takes, where the model tells what it is made of. */
function useCost(wanted: string, tokens: number | undefined): string | undefined {
  const t = useText();
  const library = useTextOf(libraryText);
  const format = useFormat();
  const { find, answering } = useModels();
  const model = find(answering(wanted));
  if (!model?.token_bytes || !tokens) return undefined;
  const fits = Math.min(tokens, model.context_length || tokens);
  return library.windowCost(format.number(fits), formatBytes(fits * model.token_bytes, t.language));
}

/** Where the model runs, and how long it stays in memory there. */
export function HostFields({ draft, onChange }: Props) {
  const t = useTextOf(libraryText);
  const id = useId();
  const { hosts } = useHost();
  const { keep_alive = '', ...others } = draft.options;
  return (
    <>
      <Field label={t.keepAlive} hint={t.keepAliveHint}>
        {(props) => (
          <Input
            {...props}
            className="max-w-44"
            maxLength={20}
            autoComplete="off"
            placeholder="5m"
            value={String(keep_alive)}
            onChange={({ target: { value } }) =>
              onChange({ options: value.trim() ? { ...others, keep_alive: value.trim() } : others })
            }
          />
        )}
      </Field>
      <Field label={t.locritHost} hint={t.locritHostHint}>
        {(props) => (
          <>
            <ExactInput
              {...props}
              list={id}
              placeholder="http://localhost:11434"
              value={draft.host}
              onChange={({ target: { value } }) => onChange({ host: value.trim() })}
            />
            <datalist id={id}>
              {hosts.map((host) => (
                <option key={host} value={host} />
              ))}
            </datalist>
          </>
        )}
      </Field>
    </>
  );
}
