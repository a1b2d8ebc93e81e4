import { useId } from 'react';
import type { Locrit } from '../../core';
import { formatBytes } from '../archive/bytes';
import { Field, Input } from '../kit/Field';
import { useFormat } from '../text/format-date';
import { libraryText } from '../text/library';
import { useText, useTextOf } from '../text/text';
import { ExactInput } from './ExactInput';
import { useHost } from './use-host';
import { useModels } from './use-models';

type Options = Locrit['options'];

interface Props {
  options: Options;
  /** Those of the server, which hold where there are none. */
  inherited?: Options;
  onChange: (options: Options) => void;
}

/** The tokens that the model reads and writes at once; empty for as many as its provider chooses. */
export function WindowField({ model, options, inherited, onChange }: Props & { model: string }) {
  const t = useText().form;
  const { num_ctx, ...others } = options;
  const [own, set] = [tokensOf(num_ctx), tokensOf(inherited?.num_ctx)];
  const cost = useCost(model, own ?? set);
  return (
    <Field label={t.window} hint={cost ? `${t.windowHint} ${cost}` : t.windowHint}>
      {(props) => (
        <Input
          {...props}
          type="number"
          min={128}
          step={1024}
          placeholder={set ? String(set) : t.windowOwn}
          className="max-w-44 tabular-nums"
          value={own ?? ''}
          onChange={(event) => {
            const tokens = Math.round(event.target.valueAsNumber);
            onChange(tokens > 0 ? { ...others, num_ctx: tokens } : others);
          }}
        />
      )}
    </Field>
  );
}

function tokensOf(option: Options[string] | undefined): number | undefined {
  return typeof option === 'number' ? option : undefined;
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

/** How long a model stays in memory. */
export function KeepAliveField({ options, inherited, onChange }: Props) {
  const t = useTextOf(libraryText);
  const { keep_alive = '', ...others } = options;
  return (
    <Field label={t.keepAlive} hint={t.keepAliveHint}>
      {(props) => (
        <Input
          {...props}
          className="max-w-44"
          maxLength={20}
          autoComplete="off"
          placeholder={String(inherited?.keep_alive ?? '5m')}
          value={String(keep_alive)}
          onChange={({ target: { value } }) =>
            onChange(value.trim() ? { ...others, keep_alive: value.trim() } : others)
          }
        />
      )}
    </Field>
  );
}

/** Where the model runs. */
export function HostField({ host, onChange }: { host: string; onChange: (host: string) => void }) {
  const t = useTextOf(libraryText);
  const id = useId();
  const { hosts } = useHost();
  return (
    <Field label={t.locritHost} hint={t.locritHostHint}>
      {(props) => (
        <>
          <ExactInput
            {...props}
            list={id}
            placeholder="http://localhost:11434"
            value={host}
            onChange={({ target: { value } }) => onChange(value.trim())}
          />
          <datalist id={id}>
            {hosts.map((each) => (
              <option key={each} value={each} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
