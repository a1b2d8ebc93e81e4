import { X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { Failure, Locrit } from '../../core';
import { usePreferences, useSignal } from '../app-context';
import { Button, IconButton } from '../kit/Button';
import { cx } from '../kit/cx';
import { InstallLater } from '../models/InstallLater';
import { ChooseForLocrit } from '../models/LocritModel';
import { useModels } from '../models/use-models';
import { inWords } from '../text/failures';
import { useText } from '../text/text';

/** What one should know about the model, and the choice of another one, which outlasts what is to be known. */
export function ModelNotice({ locrit }: { locrit: Locrit }) {
  const [choosing, setChoosing] = useState(false);
  return (
    <>
      <Known locrit={locrit} onOther={() => setChoosing(true)} />
      {choosing && <ChooseForLocrit locrit={locrit} onClose={() => setChoosing(false)} />}
    </>
  );
}

interface KnownProps {
  locrit: Locrit;
  onOther: () => void;
}

/** Nothing when all is well. */
function Known({ locrit, onOther }: KnownProps) {
  const t = useText();
  const { models, find, answering, defaultError, state: model } = useModels();
  if (model?.status === 'starting') return <Notice title={t.model.starting} text={t.model.startingHint} />;
  if (model?.status === 'unavailable')
    return <Notice warn title={t.model.unavailable} text={t.model.unavailableHint} details={model.detail} />;
  if (models && !locrit.model && defaultError) return <NoDefault onOther={onOther} why={defaultError} />;
  const name = answering(locrit.model);
  const known = find(name);
  if (models && name && !known?.can_chat) return <Unfit onOther={onOther} name={name} known={Boolean(known)} />;
  if (known && Object.keys(locrit.tools).length > 0 && !known.capabilities.includes('tools'))
    return <Toolless key={`${locrit.id} ${name}`} onOther={onOther} name={known.label} locrit={locrit} />;
  if (model?.provider === 'embedded') return <SmallModel />;
  return null;
}

function NoDefault({ onOther, why }: Pick<KnownProps, 'onOther'> & { why: Failure }) {
  const t = useText();
  const { message, hint } = inWords(why, t.failures);
  return <Notice warn title={t.models.noDefault} text={`${message} ${hint}`} actions={<Other onClick={onOther} />} />;
}

/** It is not installed, or made for other work. */
function Unfit({ onOther, name, known }: Pick<KnownProps, 'onOther'> & { name: string; known: boolean }) {
  const t = useText();
  const actions = (
    <>
      {!known && <InstallLater model={name} />}
      <Other onClick={onOther} />
    </>
  );
  const title = known ? t.models.cannotChatTitle(name) : t.model.missing(name);
  return <Notice warn title={title} text={known ? t.models.cannotChatHint : t.models.missingHint} actions={actions} />;
}

/** It answers, and the tools that are on for its Locrit do not run. */
function Toolless({ onOther, name, locrit }: KnownProps & { name: string }) {
  const t = useText();
  const [isSeen, setSeen] = useState(false);
  if (isSeen) return null;
  return (
    <Notice
      title={t.tools.cannotTitle(name)}
      text={t.tools.cannotHint(locrit.name)}
      actions={<Other onClick={onOther} />}
      onDismiss={() => setSeen(true)}
    />
  );
}

function Other({ onClick }: { onClick: () => void }) {
  const t = useText();
  return (
    <Button small variant="ghost" onClick={onClick}>
      {t.models.other}
    </Button>
  );
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
  /** What the server says of it, in its own words. */
  details?: string;
  actions?: ReactNode;
  onDismiss?: () => void;
}

function Notice({ title, text, warn, details, actions, onDismiss }: NoticeProps) {
  const t = useText();
  return (
    <div className="column shrink-0 pb-2">
      <div
        className={cx('flex items-start gap-2 rounded-s py-2 pr-1 pl-4 text-sm', warn ? 'bg-warn-soft' : 'bg-paper-2')}
      >
        <div className="min-w-0 flex-1 py-0.5 text-ink-2 [overflow-wrap:anywhere]">
          <p className="text-pretty">
            <strong className="mr-1.5 font-[550] text-ink">{title}</strong>
            {text}
          </p>
          {details && (
            <details className="text-ink-3 text-xs">
              <summary className="touch-target cursor-pointer py-0.5">{t.models.details}</summary>
              <p lang="en">{details}</p>
            </details>
          )}
          {actions && <div className="mt-2 flex flex-wrap items-center gap-2 pr-3">{actions}</div>}
        </div>
        {onDismiss && (
          <IconButton small label={t.model.dismiss} onClick={onDismiss}>
            <X />
          </IconButton>
        )}
      </div>
    </div>
  );
}
