import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Locrit } from '../../core';
import { useConnection, usePreferences, useSignal } from '../app-context';
import { IconButton } from '../kit/Button';
import { cx } from '../kit/cx';
import { useModels } from '../models';
import { useText } from '../text/text';

/** What one should know about the model before writing to it; nothing when all is well. */
export function ModelNotice({ locrit }: { locrit: Locrit }) {
  const t = useText();
  const { model } = useConnection();
  const { installed } = useModels();
  const missing = locrit.model && installed && !installed.some((known) => known.name === locrit.model);
  if (model?.status === 'starting') return <Notice title={t.model.starting} text={t.model.startingHint} />;
  if (model?.status === 'unavailable')
    return <Notice warn title={t.model.unavailable} text={model.detail || t.model.unavailableHint} />;
  if (missing) return <Notice warn title={t.model.missing(locrit.model)} text={t.model.missingHint} />;
  if (model?.provider === 'embedded') return <SmallModel />;
  return null;
}

function SmallModel() {
  const t = useText();
  const preferences = usePreferences();
  if (useSignal(preferences).smallModelSeen) return null;
  return (
    <Notice
      title={t.model.small}
      text={
        <>
          {t.model.smallHint}{' '}
          <a
            className="whitespace-nowrap underline underline-offset-2"
            href="https://ollama.com/download"
            target="_blank"
            rel="noreferrer"
          >
            {t.model.getOllama}
          </a>
        </>
      }
      onDismiss={() => preferences.set({ smallModelSeen: true })}
    />
  );
}

interface NoticeProps {
  title: string;
  text: ReactNode;
  warn?: boolean;
  onDismiss?: () => void;
}

function Notice({ title, text, warn, onDismiss }: NoticeProps) {
  const t = useText();
  return (
    <div className="column shrink-0 pb-2">
      <div
        className={cx('flex items-start gap-2 rounded-s py-2 pr-1 pl-4 text-sm', warn ? 'bg-warn-soft' : 'bg-paper-2')}
      >
        <p className="min-w-0 flex-1 text-pretty py-0.5 text-ink-2">
          <strong className="mr-1.5 font-[550] text-ink">{title}</strong>
          {text}
        </p>
        {onDismiss && (
          <IconButton small label={t.model.dismiss} onClick={onDismiss}>
            <X />
          </IconButton>
        )}
      </div>
    </div>
  );
}
