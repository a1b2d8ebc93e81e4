import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import type { Model } from '../../core';
import { useConnection } from '../app-context';
import { formatBytes } from '../archive/bytes';
import { cx } from '../kit/cx';
import { Dialog } from '../kit/Dialog';
import { Skeleton } from '../kit/states';
import { paths } from '../paths';
import { type AllText, useText } from '../text/text';
import { useModels } from './use-models';

interface Props {
  title: string;
  /** What choosing one changes. */
  note: string;
  /** The one in use; empty for the default. */
  chosen?: string;
  /** Also lets choose the default, as an empty name. */
  withDefault?: boolean;
  onChoose: (model: string) => void;
  onClose: () => void;
  onCloseAutoFocus?: (event: Event) => void;
}

/** The installed models, to choose one of them. */
export function ModelDialog({ title, note, chosen, withDefault, onChoose, onClose, ...rest }: Props) {
  const t = useText();
  const { models, find, labelOf } = useModels();
  const why = useWhyNone();
  const current = chosen && (find(chosen)?.name ?? chosen);

  function choose(name: string) {
    onClose();
    onChoose(name);
  }

  return (
    <Dialog open onOpenChange={onClose} title={title} {...rest}>
      <p className="-mt-2 px-6 pb-3 text-ink-2 text-sm">{note}</p>
      {why && <p className="px-6 pb-6 text-sm">{why}</p>}
      {!models && !why && <Skeleton className="mx-6 mb-6 h-24" />}
      {models && !why && (
        <ul className="border-line border-t p-2">
          {withDefault && <Choice label={labelOf('')} current={current === ''} onChoose={() => choose('')} />}
          {models.map((model) => (
            <Choice
              key={model.name}
              label={model.label || model.name}
              model={model}
              current={current === model.name}
              onChoose={() => choose(model.name)}
            />
          ))}
        </ul>
      )}
      <p className="px-6 pb-4 text-sm">
        <Link to={paths.models} className="touch-target text-ink-2 underline underline-offset-2 hover:text-ink">
          {t.models.manage}
        </Link>
      </p>
      {models?.length === 0 && <p className="px-6 pb-6 text-sm">{t.models.none}</p>}
    </Dialog>
  );
}

function useWhyNone(): string | undefined {
  const t = useText();
  const { state } = useConnection();
  const { failed, state: model } = useModels();
  if (state === 'offline') return t.models.offline;
  if (model?.status === 'unavailable') return `${t.model.unavailable}. ${t.model.unavailableHint}`;
  return failed ? t.models.failed : undefined;
}

interface ChoiceProps {
  label: string;
  model?: Model;
  current: boolean;
  onChoose: () => void;
}

function Choice({ label, model, current, onChoose }: ChoiceProps) {
  const t = useText();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const list = button.current?.closest('ul');
    if (current && !list?.contains(document.activeElement)) button.current?.focus(); // one goes on from what is in use
  }, [current]);
  return (
    <li>
      <button
        ref={button}
        type="button"
        disabled={model && !model.can_chat}
        aria-current={current || undefined}
        onClick={onChoose}
        className={cx(
          'flex min-h-11 w-full flex-wrap items-center gap-x-3 rounded-s px-4 py-1.5 text-left hover:bg-paper-3 disabled:text-ink-3 disabled:hover:bg-transparent',
          current && 'bg-accent-soft',
        )}
      >
        <span className="min-w-0 flex-1 font-[550] text-sm [overflow-wrap:anywhere]">{label}</span>
        <span className="text-ink-3 text-xs tabular-nums">
          {[...(model ? factsOf(model, t) : []), current && t.models.using].filter(Boolean).join(' · ')}
        </span>
      </button>
    </li>
  );
}

function factsOf({ size, parameter_size, can_chat, thinks, loaded }: Model, t: AllText) {
  if (!can_chat) return [t.models.cannotChat];
  return [
    parameter_size,
    size > 0 && formatBytes(size, t.language),
    thinks && t.models.thinks,
    loaded && t.models.inMemory,
  ];
}
